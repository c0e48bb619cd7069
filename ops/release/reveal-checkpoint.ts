import { mkdirSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { LocalWorkspace, type Stack } from "@pulumi/pulumi/automation/index.js";
import { UserError } from "../errors.ts";
import type { Checkpoint } from "./release-store.ts";

/**
 * A recorded checkpoint with its secrets in clear, as `pulumi stack export --show-secrets` gives it: for the memory of
 * this process alone. The engine decrypts it as the state of a stack of its own in a backend that is thrown away.
 *
 * @throws UserError `secrets-unreadable`
 */
export async function revealCheckpoint(
  { name, workspace }: Stack,
  checkpoint: Checkpoint,
): Promise<Checkpoint> {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), "trials-reveal-"));
  try {
    const state = join(folder, "state");
    mkdirSync(state);
    const { name: project } = await workspace.projectSettings();
    const scratch = await LocalWorkspace.createStack(
      { stackName: name, projectName: project, program: async () => undefined },
      {
        workDir: folder,
        pulumiCommand: workspace.pulumiCommand,
        envVars: { ...workspace.envVars, PULUMI_BACKEND_URL: pathToFileURL(state).href },
        projectSettings: { name: project, runtime: "nodejs" },
      },
    );
    await scratch.importStack(checkpoint as Parameters<Stack["importStack"]>[0]);
    return (await scratch.exportStack()) as Checkpoint;
  } catch (error) {
    throw new UserError(
      "secrets-unreadable",
      `the secrets of a recorded state of ${name} cannot be decrypted`,
      {
        help: "set PULUMI_CONFIG_PASSPHRASE to the passphrase that the stack had then",
        cause: error,
      },
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
