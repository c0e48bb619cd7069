import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Deployment, LocalWorkspace, type Stack } from "@pulumi/pulumi/automation/index.js";
import { messageOf, UserError } from "../errors.ts";
import { type Checkpoint, readCheckpoint } from "./replay/checkpoint.ts";

/**
 * Reads a recorded checkpoint with its secrets in clear, in memory only. Only an engine can decrypt them, and only those
 * of a stack: so the checkpoint becomes one, in a folder that is gone afterwards. On disk they stay encrypted.
 *
 * @throws UserError `checkpoint-undecipherable` where the passphrase or key is another one by now
 */
export async function revealCheckpoint(stack: Stack, recorded: Deployment): Promise<Checkpoint> {
  const folder = mkdtempSync(join(tmpdir(), "checkpoint-"));
  try {
    const { name: projectName } = await stack.workspace.projectSettings();
    const state = join(folder, "state");
    mkdirSync(state);
    const copy = await LocalWorkspace.createStack(
      { stackName: stack.name, projectName, program: async () => undefined },
      {
        pulumiCommand: stack.workspace.pulumiCommand,
        workDir: folder,
        envVars: { ...stack.workspace.envVars, PULUMI_BACKEND_URL: pathToFileURL(state).href },
      },
    );
    await copy.importStack(recorded);
    const revealed: { readonly deployment: unknown } = await copy.exportStack();
    return readCheckpoint(revealed.deployment);
  } catch (cause) {
    if (cause instanceof UserError) throw cause;
    throw new UserError(
      "checkpoint-undecipherable",
      `the recorded checkpoint cannot be decrypted: ${
        messageOf(cause)
          .split("\n")
          .find((line) => line.includes("error:")) ?? "the engine failed"
      }`,
      { help: "give the passphrase or key with which it was recorded", cause },
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
