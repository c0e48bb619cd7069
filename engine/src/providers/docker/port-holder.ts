import { readdir, readFile, readlink } from "node:fs/promises";
import type { CallContext } from "./kind.ts";

const LISTENING = "0A";

/** Says which port of Docker's message is taken and who has it, as far as this machine tells; "" for other messages. */
export async function takenPortHelp(context: CallContext, message: string): Promise<string> {
  const port = takenPort(message);
  if (port === undefined) return "";
  const holder = (await holdingContainer(context, port)) ?? (await holdingProcess(port)) ?? "another process";
  return `Port ${port} is in use by ${holder}. Stop it, or choose another external port.`;
}

/** The host port in Docker's two ways to say that one is taken. */
export function takenPort(message: string): number | undefined {
  if (!/port is already allocated|address already in use/.test(message)) return undefined;
  const port = /(?:Bind for \S+?|listen (?:tcp|udp)[46]? \S*?|bind host port \S*?):(\d+)/.exec(message)?.[1];
  return port === undefined ? undefined : Number(port);
}

async function holdingContainer(context: CallContext, port: number): Promise<string | undefined> {
  const containers = await context.docker.listContainers().catch(() => []);
  const holder = containers.find((container) => container.Ports.some((own) => own.PublicPort === port));
  return holder === undefined ? undefined : `container ${holder.Names[0]?.replace(/^\//, "") ?? holder.Id}`;
}

/** The process that listens on a port, by the kernel's socket table; undefined off Linux or without the right to look. */
export async function holdingProcess(port: number): Promise<string | undefined> {
  const tables = await Promise.all(["tcp", "tcp6", "udp", "udp6"].map(readSocketTable));
  const sockets = new Set(
    tables.flatMap((table) => listeners(table, port)).map((inode) => `socket:[${inode}]`),
  );
  if (sockets.size === 0) return undefined;
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  for (const pid of pids) {
    if (await hasSocket(pid, sockets)) return `process ${await commandOf(pid)} (pid ${pid})`;
  }
  return undefined;
}

async function readSocketTable(protocol: string): Promise<string> {
  return readFile(`/proc/net/${protocol}`, "utf8").catch(() => "");
}

function listeners(table: string, port: number): string[] {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  return table.split("\n").flatMap((line) => {
    const [, local = "", , state, , , , , , inode = ""] = line.trim().split(/\s+/);
    return local.endsWith(suffix) && (state === LISTENING || state === "07") ? [inode] : [];
  });
}

async function hasSocket(pid: string, sockets: ReadonlySet<string>): Promise<boolean> {
  const files = await readdir(`/proc/${pid}/fd`).catch((): string[] => []);
  const links = await Promise.all(files.map((file) => readlink(`/proc/${pid}/fd/${file}`).catch(() => "")));
  return links.some((link) => sockets.has(link));
}

async function commandOf(pid: string): Promise<string> {
  return (await readFile(`/proc/${pid}/comm`, "utf8").catch(() => "?")).trim();
}
