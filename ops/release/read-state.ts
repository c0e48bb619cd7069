import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Stack, UpdateSummary } from "@pulumi/pulumi/automation/index.js";
import type { Checkpoint } from "./release-store.ts";

const execute = promisify(execFile);

/** How far back the engine's history is looked at: what is older is recorded, or nobody will record it any more. */
const ENTRIES = 20;

/** Newest first, settings with their secrets in clear. */
export function readHistory(stack: Stack): Promise<UpdateSummary[]> {
  return stack.history(ENTRIES, 1, true);
}

/**
 * The state with its secrets encrypted. The Automation API has no call for it: its `exportStack()` puts them in clear,
 * and keeping such a file would be a leak. So its executable is asked for what `pulumi stack export` gives.
 */
export async function exportCheckpoint({ workspace, name }: Stack): Promise<Checkpoint> {
  const { stdout } = await execute(workspace.pulumiCommand.command, ["stack", "export", "--stack", name], {
    cwd: workspace.workDir,
    env: { ...process.env, ...workspace.envVars },
    maxBuffer: Number.POSITIVE_INFINITY,
  });
  return JSON.parse(stdout) as Checkpoint;
}
