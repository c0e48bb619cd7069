import { join } from "node:path";
import { LocalWorkspace, type Stack } from "@pulumi/pulumi/automation/index.js";
import { chooseEngine } from "../../../ops/engine-choice.ts";
import { prepareWorkspace } from "../../../ops/workspace.ts";

/** The `dev` stack of a checkout, through the embedded engine. */
export async function openCheckout(folder: string): Promise<Stack> {
  const engine = await chooseEngine("embedded", process.env);
  const local = join(folder, ".infra");
  const { directory, env } = prepareWorkspace({ root: folder, local, stack: "dev", env: process.env });
  const pulumiCommand = engine.command;
  return await LocalWorkspace.selectStack(
    { stackName: "dev", workDir: directory },
    { pulumiCommand, envVars: { ...env } },
  );
}
