import type { Stack, UpdateSummary } from "@pulumi/pulumi/automation/index.js";
import type { Checkpoint } from "./release-store.ts";

/** How far back the engine's history is looked at: what is older is recorded, or nobody will record it any more. */
const ENTRIES = 20;

/** Newest first, settings with their secrets in clear. */
export function readHistory(stack: Stack): Promise<UpdateSummary[]> {
  return stack.history(ENTRIES, 1, true);
}

/** What the SDK calls for each of its commands, on whatever runs them; its types leave it out. */
interface RunsCommands {
  run(
    args: string[],
    cwd: string,
    env: { readonly [name: string]: string },
  ): Promise<{ readonly stdout: string }>;
}

/**
 * The state with its secrets encrypted. The Automation API has no call for it: its `exportStack()` puts them in clear,
 * and keeping such a file would be a leak. So what runs its commands is asked for what `pulumi stack export` gives.
 */
export async function exportCheckpoint({ workspace, name }: Stack): Promise<Checkpoint> {
  const command = workspace.pulumiCommand as unknown as RunsCommands;
  const args = ["stack", "export", "--stack", name];
  const { stdout } = await command.run(args, workspace.workDir, workspace.envVars);
  return JSON.parse(stdout) as Checkpoint;
}
