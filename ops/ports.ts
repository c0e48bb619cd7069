import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import Docker from "dockerode";
import { parseDocument } from "yaml";
import { UserError } from "./errors.ts";
import { isSameStack, ownerOf, type StackName } from "./stack-name.ts";

/** A port that a stack's settings publish. */
export interface PublishedPort {
  /** Setting that names it, for example `trials:gateway.port`. */
  readonly key: string;
  readonly port: number;
}

/** What listens on a port. */
export interface PortHolder {
  readonly port: number;
  /** For people: `container trials-dev-gateway`, `process nginx (pid 812)`. */
  readonly description: string;
  /** Project and stack that it belongs to, where it is a container of ours. */
  readonly owner: StackName | undefined;
}

/** The ports in a settings file: every setting called `port` or ending in `Port`. None in a file that is no YAML: the engine says what is wrong with it. */
export function publishedPorts(settings: string): PublishedPort[] {
  const document = parseDocument(settings);
  if (document.errors.length > 0) return [];
  const parsed = document.toJS() as { config?: { [key: string]: unknown } } | null;
  return Object.entries(parsed?.config ?? {}).flatMap(([key, value]) => portsBelow(key, value));
}

function portsBelow(key: string, value: unknown): PublishedPort[] {
  if (typeof value === "object" && value !== null) {
    return Object.entries(value).flatMap(([name, below]) => portsBelow(`${key}.${name}`, below));
  }
  return /(^|\.|:)(port|[a-zA-Z]+Port)$/.test(key) && typeof value === "number" ? [{ key, port: value }] : [];
}

/**
 * Fails when somebody else listens on a port that the stack publishes: half-way through an update it is too late.
 *
 * @throws UserError `port-in-use` naming each port, its setting and who holds it.
 */
export async function checkPorts(stack: StackName, ports: readonly PublishedPort[]): Promise<void> {
  const holders = await findHolders(ports.map(({ port }) => port));
  const taken = ports.flatMap(({ key, port }) => {
    const holder = holders.find(
      (candidate) => candidate.port === port && !isSameStack(candidate.owner, stack),
    );
    return holder === undefined ? [] : [`port ${port} (${key}) is in use by ${holder.description}`];
  });
  if (taken.length === 0) return;
  throw new UserError("port-in-use", taken.join("\n"), {
    help: `stop what holds it, or set another port in Pulumi.${stack.stack}.yaml`,
  });
}

/** Who listens on these ports, containers before processes (Docker's proxy listens for its containers). */
export async function findHolders(ports: readonly number[]): Promise<PortHolder[]> {
  const wanted = new Set(ports);
  const containers = await containersOn(wanted);
  const held = new Set(containers.map(({ port }) => port));
  const listening = [...listeningInodes()].filter(([port]) => wanted.has(port) && !held.has(port));
  if (listening.length === 0) return containers;
  const owners = socketOwners();
  const processes = listening.map(([port, inode]) => ({
    port,
    description: owners.get(inode) ?? "another process",
    owner: undefined,
  }));
  return [...containers, ...processes];
}

async function containersOn(wanted: ReadonlySet<number>): Promise<PortHolder[]> {
  const containers = await new Docker().listContainers();
  return containers.flatMap((container) =>
    container.Ports.filter(({ PublicPort }) => PublicPort !== undefined && wanted.has(PublicPort)).map(
      ({ PublicPort }) => ({
        port: PublicPort,
        description: `container ${container.Names[0]?.replace(/^\//, "")}`,
        owner: ownerOf(container.Labels),
      }),
    ),
  );
}

/** Port -> inode of every listening TCP socket (state 0A of the kernel's table). */
function listeningInodes(): Map<number, string> {
  const rows = ["/proc/net/tcp", "/proc/net/tcp6"].flatMap((file) => readLines(file).slice(1));
  return new Map(
    rows
      .map((row) => row.trim().split(/\s+/))
      .filter((fields) => fields[3] === "0A")
      .map((fields) => [Number.parseInt(fields[1]?.split(":")[1] ?? "0", 16), fields[9] ?? ""]),
  );
}

function readLines(file: string): string[] {
  try {
    return readFileSync(file, "utf8").trimEnd().split("\n");
  } catch {
    return [];
  }
}

/** Socket inode -> `process NAME (pid N)`, for the processes that this user may look into. */
function socketOwners(): Map<string, string> {
  const owners = new Map<string, string>();
  for (const pid of listNames("/proc").filter((name) => /^\d+$/.test(name))) {
    for (const descriptor of listNames(`/proc/${pid}/fd`)) {
      const inode = /^socket:\[(\d+)\]$/.exec(linkTarget(`/proc/${pid}/fd/${descriptor}`))?.[1];
      if (inode !== undefined) owners.set(inode, `process ${readLines(`/proc/${pid}/comm`)[0]} (pid ${pid})`);
    }
  }
  return owners;
}

function listNames(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function linkTarget(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return "";
  }
}
