import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import Docker from "dockerode";
import { ProviderError } from "../../errors.ts";
import type { PropertyMap, PropertyValue } from "../../protocol/property-value.ts";
import { daemonText } from "./daemon-error.ts";
import type { Connection } from "./kind.ts";
import { readLogins } from "./logins.ts";
import { textAt, unwrapMap } from "./values.ts";

export type Environment = { readonly [name: string]: string | undefined };

const DEFAULT_HOST = "unix:///var/run/docker.sock";
const PING_TIMEOUT = 10_000;
const OFFICIAL_REFUSAL =
  "docker native provider returned an unexpected error from Configure: failed to connect to any docker daemon";

/**
 * Connects to the daemon that the provider's inputs and the environment name, and asks it for a sign of life, unless
 * nobody may be contacted.
 * @throws ProviderError where none answers.
 */
export async function connect(
  inputs: PropertyMap,
  environment: Environment,
  isAsked = true,
): Promise<Connection> {
  const settings = decodeSettings(inputs);
  const logins = readLogins(settings, environment);
  const chosen = chosenHost(settings, environment);
  const problems: string[] = [];
  for (const host of chosen === undefined ? defaultHosts(environment) : [chosen]) {
    const docker = new Docker(clientOptions(host, settings, environment));
    const isTrusted = !isAsked || settings["disableDockerDaemonCheck"] === true;
    const problem = isTrusted ? undefined : await pingProblem(docker);
    if (problem === undefined) return { docker, host, logins };
    problems.push(`  ${host}: ${problem}`);
  }
  throw new ProviderError(`${OFFICIAL_REFUSAL}\n${problems.join("\n")}\n${START_DOCKER}`, { status: "ok" });
}

const START_DOCKER =
  "Start Docker, or say where it is: DOCKER_HOST in the environment, or `pulumi config set docker:host unix:///path/to/docker.sock`.";

/** Lists, maps and flags of a provider's configuration may arrive as JSON text. */
export function decodeSettings(inputs: PropertyMap): PropertyMap {
  const decoded = Object.entries(unwrapMap(inputs)).map(([key, value]): [string, PropertyValue] => [
    key,
    typeof value === "string" && /^\s*[[{]|^(true|false)$/.test(value) ? parsed(value) : value,
  ]);
  return Object.fromEntries(decoded);
}

function parsed(text: string): PropertyValue {
  try {
    return JSON.parse(text) as PropertyValue;
  } catch {
    return text;
  }
}

async function pingProblem(docker: Docker): Promise<string | undefined> {
  try {
    await Promise.race([docker.ping(), silence(PING_TIMEOUT)]);
    return undefined;
  } catch (error) {
    return daemonText(error);
  }
}

async function silence(milliseconds: number): Promise<never> {
  await pause(milliseconds, undefined, { ref: false });
  throw new Error(`no answer within ${milliseconds / 1000} s`);
}

function chosenHost(settings: PropertyMap, environment: Environment): string | undefined {
  const context = textAt(settings, "context");
  if (context !== "") return contextHost(context, environment);
  return textAt(settings, "host") || environment["DOCKER_HOST"] || undefined;
}

/** The usual socket, then those of Docker Desktop. */
function defaultHosts(environment: Environment): string[] {
  const home = environment["HOME"] ?? homedir();
  return [
    DEFAULT_HOST,
    `unix://${home}/.docker/run/docker.sock`,
    `unix://${home}/.docker/desktop/docker.sock`,
  ];
}

/** The address of a `docker context`, which the Docker CLI keeps in a folder named by the hash of its name. */
function contextHost(name: string, environment: Environment): string {
  const root = environment["DOCKER_CONFIG"] ?? join(environment["HOME"] ?? homedir(), ".docker");
  const file = join(root, "contexts", "meta", createHash("sha256").update(name).digest("hex"), "meta.json");
  try {
    const meta = JSON.parse(readFileSync(file, "utf8")) as { Endpoints?: { docker?: { Host?: string } } };
    const host = meta.Endpoints?.docker?.Host;
    if (host !== undefined) return host;
  } catch (cause) {
    throw new ProviderError(`docker context "${name}" not found; \`docker context ls\` lists them`, {
      status: "ok",
      cause,
    });
  }
  throw new ProviderError(`docker context "${name}" names no host`, { status: "ok" });
}

/** dockerode's options for an address such as unix:///run/docker.sock, tcp://host:2376 or ssh://user@host. */
export function clientOptions(
  host: string,
  settings: PropertyMap,
  environment: Environment,
): Docker.DockerOptions {
  const version = environment["DOCKER_API_VERSION"];
  const common = version === undefined ? {} : { version: `v${version.replace(/^v/, "")}` };
  const local = /^(?:unix|npipe):\/\/(.*)$/.exec(host);
  if (local !== null) return { ...common, socketPath: local[1] ?? "" };
  const url = parseAddress(host);
  const tls = certificates(settings, environment);
  if (url.protocol === "ssh:") {
    const agent = environment["SSH_AUTH_SOCK"];
    const ssh = agent === undefined ? {} : { sshOptions: { agent } };
    return {
      ...common,
      ...ssh,
      protocol: "ssh",
      host: url.hostname,
      port: url.port || 22,
      username: url.username,
    };
  }
  const secure = tls !== undefined || url.protocol === "https:";
  return {
    ...common,
    ...tls,
    protocol: secure ? "https" : "http",
    host: url.hostname,
    port: url.port || (secure ? 2376 : 2375),
  };
}

function parseAddress(host: string): URL {
  const url = URL.parse(host.includes("://") ? host : `tcp://${host}`);
  if (url !== null && url.hostname !== "") return url;
  throw new ProviderError(
    `docker:host "${host}" is no address; expected something like unix:///var/run/docker.sock or tcp://host:2376`,
    { status: "ok" },
  );
}

interface Certificates {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

function certificates(settings: PropertyMap, environment: Environment): Certificates | undefined {
  const given = (name: string, variable: string): string =>
    textAt(settings, name) || (environment[variable] ?? "");
  const ca = given("caMaterial", "DOCKER_CA_MATERIAL");
  const cert = given("certMaterial", "DOCKER_CERT_MATERIAL");
  const key = given("keyMaterial", "DOCKER_KEY_MATERIAL");
  const folder = given("certPath", "DOCKER_CERT_PATH");
  if (ca + cert + key !== "") {
    if (ca && cert && key) return { ca, cert, key };
    throw new ProviderError("certMaterial, keyMaterial, and caMaterial must all be specified", {
      status: "ok",
    });
  }
  if (folder === "") return undefined;
  const read = (file: string): string => readFileSync(join(folder, file), "utf8");
  return { ca: read("ca.pem"), cert: read("cert.pem"), key: read("key.pem") };
}
