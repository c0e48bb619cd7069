import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type Docker from "dockerode";
import { pack } from "tar-stream";
import type { PropertyMap } from "../../protocol/property-value.ts";
import { lastLog } from "./container-log.ts";
import { daemonText } from "./daemon-error.ts";
import type { CallContext } from "./kind.ts";
import { flagAt, mapsAt, numberAt, textAt, textsAt } from "./values.ts";

const POLL_INTERVAL = 250;
const SHOWN_LOG_LINES = 20;
const DEFAULT_WAIT_SECONDS = 60;

/** Moves a new container from the default network to those it was asked to join. */
export async function joinNetworks(context: CallContext, id: string, inputs: PropertyMap): Promise<void> {
  const networks = mapsAt(inputs, "networksAdvanced");
  if (networks.length === 0) return;
  await context.docker
    .getNetwork("bridge")
    .disconnect({ Container: id })
    .catch((error: unknown) => {
      const text = daemonText(error);
      if (!text.includes("is not connected to") && !text.includes("not found")) {
        throw new Error(`Unable to disconnect the default network: ${text}`);
      }
    });
  for (const network of networks) {
    const name = textAt(network, "name");
    await context.docker
      .getNetwork(name)
      .connect({ Container: id, EndpointConfig: endpointRequest(network) })
      .catch((error: unknown) => {
        throw new Error(`Unable to connect to network '${name}': ${daemonText(error)}`);
      });
  }
}

function endpointRequest(network: PropertyMap): Docker.EndpointSettings {
  const driverOptions = textsAt(network, "driverOpts").flatMap((text) => {
    const [key = "", ...value] = text.split("=");
    return value.length === 0 ? [] : [[key, value.join("=")]];
  });
  const mac = textAt(network, "macAddress");
  const priority = numberAt(network, "gwPriority");
  return {
    Aliases: textsAt(network, "aliases"),
    IPAMConfig: {
      IPv4Address: textAt(network, "ipv4Address"),
      IPv6Address: textAt(network, "ipv6Address"),
      LinkLocalIPs: textsAt(network, "linkLocalIps"),
    },
    ...(driverOptions.length > 0 ? { DriverOpts: Object.fromEntries(driverOptions) } : {}),
    ...(mac === "" ? {} : { MacAddress: mac }),
    ...(priority === 0 ? {} : { GwPriority: priority }),
  };
}

/** Puts the declared files into a container that was not started yet. */
export async function uploadFiles(context: CallContext, id: string, inputs: PropertyMap): Promise<void> {
  for (const upload of mapsAt(inputs, "uploads")) {
    const archive = pack();
    const permissions = textAt(upload, "permissions");
    const mode =
      permissions === "" ? (flagAt(upload, "executable") ? 0o744 : 0o644) : Number.parseInt(permissions, 8);
    archive.entry({ name: textAt(upload, "file"), mode }, await uploadContent(upload, context.directory));
    archive.finalize();
    const chunks: Buffer[] = [];
    for await (const chunk of archive) chunks.push(Buffer.from(chunk as Uint8Array));
    await context.docker
      .getContainer(id)
      .putArchive(Buffer.concat(chunks), { path: "/" })
      .catch((error: unknown) => {
        throw new Error(`Unable to upload volume content: ${daemonText(error)}`);
      });
  }
}

async function uploadContent(upload: PropertyMap, directory: string): Promise<Buffer> {
  const content = textAt(upload, "content");
  const encoded = textAt(upload, "contentBase64");
  const source = textAt(upload, "source");
  const given = [content, encoded, source].filter((text) => text !== "").length;
  if (given !== 1) {
    const which = given === 0 ? "one of" : "only one of";
    const verb = given === 0 ? "must" : "can";
    throw new Error(
      `error with upload content: ${which} 'content', 'content_base64', or 'source' ${verb} be set`,
    );
  }
  if (encoded !== "") return Buffer.from(encoded, "base64");
  if (source === "") return Buffer.from(content);
  return readFile(resolve(directory, source)).catch((error: unknown) => {
    throw new Error(`could not read file: ${daemonText(error)}`);
  });
}

/**
 * Waits until the container's health check passes. Fails where it has none, where the container ends, and after
 * `waitTimeout` seconds; the message holds the last words of the check and of the container.
 */
export async function waitUntilHealthy(context: CallContext, id: string, inputs: PropertyMap): Promise<void> {
  const container = context.docker.getContainer(id);
  const seconds = numberAt(inputs, "waitTimeout") || DEFAULT_WAIT_SECONDS;
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const { State: state } = await container.inspect();
    if (state.Health?.Status === "healthy") return;
    if (state.Health === undefined) {
      throw new Error(
        "you have supplied a 'wait' argument, but the container does not have a healthcheck defined. " +
          "Please remove the 'wait' argument or add a 'healthcheck' attribute",
      );
    }
    const problem = waitProblem(state, deadline, context.signal);
    if (problem !== undefined)
      throw new Error(await withLastWords(container, state, `${problem} (waited ${seconds} s at most)`));
    await pause(POLL_INTERVAL);
  }
}

function waitProblem(
  state: Docker.ContainerInspectInfo["State"],
  deadline: number,
  signal: AbortSignal,
): string | undefined {
  if (!state.Running && !state.Restarting) {
    return `container failed to be in healthy state: it ended with exit code ${state.ExitCode}`;
  }
  if (signal.aborted) return "container failed to be in healthy state: the operation was cancelled";
  return Date.now() > deadline ? "container failed to be in healthy state" : undefined;
}

async function withLastWords(
  container: Docker.Container,
  state: Docker.ContainerInspectInfo["State"],
  problem: string,
): Promise<string> {
  const check = state.Health?.Log?.at(-1);
  const log = await lastLog(container, SHOWN_LOG_LINES).catch(() => "");
  const indent = (text: string): string => text.trimEnd().replace(/^/gm, "    ");
  return [
    problem,
    ...(check === undefined
      ? []
      : [`  Last health check (exit code ${check.ExitCode}):`, indent(check.Output)]),
    ...(log.trim() === "" ? [] : ["  Last lines of the container's log:", indent(log)]),
  ].join("\n");
}
