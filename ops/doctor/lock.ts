import { readdirSync, readFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { type Finding, failed, ok, warning } from "../bootstrap/doctor/check.ts";
import { isRunning } from "../is-running.ts";
import type { StackCheck } from "./stack-check.ts";

/** What lies in a lock of Pulumi's file backend. */
const holderSchema = z.object({
  pid: z.int(),
  username: z.string(),
  hostname: z.string(),
  timestamp: z.string(),
});

export type LockHolder = z.infer<typeof holderSchema>;

/** Who holds the stack's lock, since when, and whether that process is still there. */
export const lockCheck: StackCheck = {
  name: "lock",
  async run({ backend, project, stack }) {
    if (!backend.startsWith("file://")) return warning(`not looked at: the state is at ${backend}`);
    const folder = join(fileURLToPath(backend), ".pulumi", "locks", "organization", project, stack);
    const [holder] = readHolders(folder);
    return holder === undefined ? ok("nobody holds it") : judgeHolder(holder, stack);
  },
};

function readHolders(folder: string): LockHolder[] {
  let names: string[];
  try {
    names = readdirSync(folder).filter((name) => name.endsWith(".json"));
  } catch {
    return [];
  }
  return names.map((name) => holderSchema.parse(JSON.parse(readFileSync(join(folder, name), "utf8"))));
}

/** What a lock means: its holder runs, has ended, or is on another machine. */
export function judgeHolder(holder: LockHolder, stack: string): Finding {
  const { pid, username, timestamp } = holder;
  const who = `${username} (pid ${pid} on ${holder.hostname}) since ${timestamp}`;
  if (holder.hostname !== hostname())
    return warning(`held by ${who}; ask there whether it runs`, `./infra cancel ${stack}`);
  return isRunning(pid)
    ? warning(`held by ${who}, which runs: wait for it`)
    : failed(`held by ${who}, which has ended`, `./infra cancel ${stack}`);
}
