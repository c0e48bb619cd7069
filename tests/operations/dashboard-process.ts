import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import type { Checkout } from "../checkout.ts";

/** A `./infra dashboard` that runs. */
export interface DashboardProcess {
  /** What a person opens: the address with the token. */
  readonly link: string;
  /** What it took of the processor until its page can be opened: what else runs here does not count. */
  readonly cpuMilliseconds: number;
  kill(signal: "SIGINT" | "SIGKILL"): Promise<void>;
}

/** Starts the dashboard of a checkout's `dev` and waits for its link. */
export async function startDashboard(checkout: Checkout, port: number): Promise<DashboardProcess> {
  const args = [
    "ops/start.ts",
    "dashboard",
    "dev",
    "--no-open",
    "--engine",
    "embedded",
    "--port",
    String(port),
  ];
  const child = spawn(process.execPath, args, { cwd: checkout.folder, stdio: ["ignore", "pipe", "inherit"] });
  const [link] = (await once(createInterface({ input: child.stdout }), "line")) as [string];
  return { link, cpuMilliseconds: cpuOf(child), kill: (signal) => end(child, signal) };
}

/** User and system time of a process, which the kernel counts in hundredths of a second. */
function cpuOf({ pid }: ChildProcess): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

async function end(child: ChildProcess, signal: "SIGINT" | "SIGKILL"): Promise<void> {
  child.kill(signal);
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
}
