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
import { LocalWorkspace } from "@pulumi/pulumi/automation/index.js";
import { type Plan, previewStack } from "../../plan.ts";
import type { OpenStack } from "../../stack.ts";
import type { Output } from "../../verb.ts";
import { prepareWorkspace } from "../../workspace.ts";
import type { Patch } from "./patches.ts";

export interface Trial {
  readonly opened: OpenStack;
  readonly patch: Patch;
  readonly deployment: object;
}

/**
 * Previews an update in a copy: with changed settings or source, against a changed state, in a folder of its own that is gone
 * afterwards. Neither the checkout nor the stack is touched.
 */
export async function tryInCopy({ opened, patch, deployment }: Trial, output: Output): Promise<Plan> {
  const { root, local } = opened.checkout;
  const copy = mkdtempSync(join(tmpdir(), "trials-drift-"));
  try {
    const file = `Pulumi.${opened.name}.yaml`;
    copyCheckout(root, copy, patch.file);
    // The workspace's copy has the salt of the stack's own secrets.
    cpSync(join(local, "workspace", file), join(copy, file));
    const patched = join(copy, patch.file);
    writeFileSync(patched, patch.apply(readFileSync(patched, "utf8")));
    const state = join(copy, ".infra", "state");
    mkdirSync(state, { recursive: true });
    const env = {
      ...passphrase(local),
      ...process.env,
      PULUMI_BACKEND_URL: pathToFileURL(state).href,
    };
    const workspace = prepareWorkspace({ root: copy, local: join(copy, ".infra"), stack: opened.name, env });
    const pulumiCommand = opened.engine.command;
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

/** The settings and what is patched are copied, everything else is only pointed at. */
function copyCheckout(root: string, copy: string, patched: string): void {
  const [top] = patched.split("/");
  for (const name of readdirSync(root).filter((entry) => entry !== ".infra" && entry !== ".git")) {
    const isCopied = name === top || /^Pulumi(\..+)?\.yaml$/.test(name);
    if (isCopied) cpSync(join(root, name), join(copy, name), { recursive: true });
    else symlinkSync(join(root, name), join(copy, name));
  }
}

function passphrase(local: string): { [name: string]: string } {
  const isGiven = ["PULUMI_CONFIG_PASSPHRASE", "PULUMI_CONFIG_PASSPHRASE_FILE"].some(
    (name) => process.env[name] !== undefined,
  );
  return isGiven ? {} : { PULUMI_CONFIG_PASSPHRASE_FILE: join(local, "passphrase") };
}
