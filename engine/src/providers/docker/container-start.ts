import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import type Docker from "dockerode";
import { pack } from "tar-stream";
import type { PropertyMap } from "../../protocol/property-value.ts";
import { daemonText } from "./daemon-error.ts";
import type { CallContext } from "./kind.ts";
import { flagAt, mapsAt, numberAt, textAt, textsAt } from "./values.ts";

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
