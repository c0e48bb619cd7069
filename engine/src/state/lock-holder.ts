/** Who holds a lock, and whether that process still runs. */
import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";

/** What the file of a lock says. */
export interface LockHolder {
  readonly pid: number;
  readonly username: string;
  readonly hostname: string;
  /** RFC 3339. */
  readonly timestamp: string;
}

/** What tells a process from another with the same pid: of another boot, of another container, of another time. */
export interface ProcessIdentity {
  readonly boot: string;
  /** Pids of other namespaces cannot be seen from here. */
  readonly namespace: string;
  /** Clock ticks between the boot and the start of the process. */
  readonly started: string;
}

const TICKS_PER_SECOND = 100;
/** Clocks and the rounding of ticks may make a process look younger than its lock. */
const TOLERANCE_SECONDS = 5;

let own: { readonly identity: ProcessIdentity | undefined } | undefined;

/** This process; undefined where the system does not tell. It does not change: it is read once. */
export function ownIdentity(): ProcessIdentity | undefined {
  own ??= { identity: readOwnIdentity() };
  return own.identity;
}

function readOwnIdentity(): ProcessIdentity | undefined {
  try {
    const started = readStat("self")?.started;
    if (started === undefined) return undefined;
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    return { boot, namespace: readlinkSync("/proc/self/ns/pid"), started };
  } catch {
    return undefined;
  }
}

/**
 * True where the holder certainly ran on this machine and runs no more. In doubt it runs: two processes must never
 * write. `recorded` is what this engine noted beside its lock; locks of the official CLI have no such note.
 */
export function isHolderGone(holder: LockHolder, recorded: ProcessIdentity | undefined): boolean {
  if (holder.hostname !== hostname()) return false;
  const own = ownIdentity();
  if (recorded !== undefined && own !== undefined) {
    if (recorded.boot !== own.boot) return wasBeforeBoot(holder.timestamp);
    if (recorded.namespace !== own.namespace) return false;
    if (holder.pid === process.pid) return recorded.started !== own.started;
  }
  if (!isRunning(holder.pid)) return true;
  const found = readStat(String(holder.pid));
  if (found === undefined) return false;
  if (found.state === "Z" || found.state === "X") return true;
  if (recorded !== undefined) return found.started !== recorded.started;
  return isYounger(found.started, holder.timestamp);
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !(error instanceof Error && "code" in error && error.code === "ESRCH");
  }
}

/** A machine of the same name that was started later is another machine. */
function wasBeforeBoot(timestamp: string): boolean {
  const boot = bootSeconds();
  const taken = Date.parse(timestamp) / 1000;
  return boot !== undefined && taken + TOLERANCE_SECONDS < boot;
}

/** True where a process started after a lock was taken: its pid is that of the holder, who is gone. */
function isYounger(started: string, timestamp: string): boolean {
  const boot = bootSeconds();
  if (boot === undefined) return false;
  return boot + Number(started) / TICKS_PER_SECOND > Date.parse(timestamp) / 1000 + TOLERANCE_SECONDS;
}

function bootSeconds(): number | undefined {
  try {
    const seconds = Number(/^btime (\d+)$/m.exec(readFileSync("/proc/stat", "utf8"))?.[1]);
    return seconds > 0 ? seconds : undefined;
  } catch {
    return undefined;
  }
}

/** State and start of a process, from `/proc/<pid>/stat`. The name in it may hold anything, so what follows is counted from its end. */
function readStat(pid: string): { readonly state: string; readonly started: string } | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    const [state, started] = [fields[0], fields[19]];
    return state === undefined || started === undefined ? undefined : { state, started };
  } catch {
    return undefined;
  }
}
