import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { LocalWorkspace, PulumiCommand } from "@pulumi/pulumi/automation/index.js";
import { type Plan, previewStack } from "../../plan.ts";
import type { OpenStack } from "../../stack.ts";
import type { Output } from "../../verb.ts";
import { prepareWorkspace } from "../../workspace.ts";

export interface Trial {
  readonly opened: OpenStack;
  readonly settings: (text: string) => string;
  readonly deployment: object;
}

/**
 * Previews an update in a copy: with changed settings, against a changed state, in a folder of its own that is gone
 * afterwards. Neither the checkout nor the stack is touched.
 */
export async function tryInCopy({ opened, settings, deployment }: Trial, output: Output): Promise<Plan> {
  const { root, local } = opened.checkout;
  const copy = mkdtempSync(join(tmpdir(), "trials-drift-"));
  try {
    const file = `Pulumi.${opened.name}.yaml`;
    copyCheckout(root, copy);
    // The workspace's copy has the salt of the stack's own secrets.
    const kept = readFileSync(join(local, "workspace", file), "utf8");
    writeFileSync(join(copy, file), settings(kept));
    const state = join(copy, ".infra", "state");
    mkdirSync(state, { recursive: true });
    const env = {
      ...passphrase(local),
      ...process.env,
      PULUMI_BACKEND_URL: pathToFileURL(state).href,
    };
    const workspace = prepareWorkspace({ root: copy, local: join(copy, ".infra"), stack: opened.name, env });
    const pulumiCommand = await PulumiCommand.get({ root: opened.engine.root });
    const stack = await LocalWorkspace.createOrSelectStack(
      { stackName: opened.name, workDir: workspace.directory },
      { pulumiCommand, envVars: { ...env, ...workspace.env } as { [name: string]: string } },
    );
    await stack.importStack({ version: 3, deployment });
    return await previewStack(stack, output);
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

/** The settings are copied, everything else is only pointed at. */
function copyCheckout(root: string, copy: string): void {
  for (const name of readdirSync(root).filter((entry) => entry !== ".infra" && entry !== ".git")) {
    if (/^Pulumi(\..+)?\.yaml$/.test(name)) cpSync(join(root, name), join(copy, name));
    else symlinkSync(join(root, name), join(copy, name));
  }
}

function passphrase(local: string): { [name: string]: string } {
  const isGiven = ["PULUMI_CONFIG_PASSPHRASE", "PULUMI_CONFIG_PASSPHRASE_FILE"].some(
    (name) => process.env[name] !== undefined,
  );
  return isGiven ? {} : { PULUMI_CONFIG_PASSPHRASE_FILE: join(local, "passphrase") };
}
