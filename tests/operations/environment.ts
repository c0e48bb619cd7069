import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import type { TestProject } from "vitest/node";
import { Checkout, projectOf } from "../checkout.ts";
import { removeLeftovers } from "../leftovers.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** The checkout whose `dev` environment is up: `new Checkout(project, folder)`. */
    operations: { readonly project: string; readonly folder: string };
  }
}

/**
 * One environment for all files: `dev` without the analytics, from a git repository of its own. A file leaves it as it
 * found it.
 *
 * `OPERATIONS_FOLDER` names a folder in which the environment is kept up between runs, while one works on a test; its
 * project is called after the folder. `./infra destroy dev --with-data` there ends it.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const kept = process.env["OPERATIONS_FOLDER"];
  const checkout = await (kept === undefined ? newCheckout(projectOf("ops")) : keptCheckout(kept));
  checkout.commit("the checkout as it is");
  const ran = await checkout.infra("up", "dev");
  if (ran.code !== 0) throw new Error(`the environment does not come up: ${ran.stderr}`);
  project.provide("operations", { project: checkout.project, folder: checkout.folder });
  return async () => {
    if (kept !== undefined) return;
    await checkout.infra("destroy", "dev", "--with-data", "--yes");
    checkout.remove();
  };
}

async function newCheckout(project: string, folder?: string): Promise<Checkout> {
  await removeLeftovers({ project, stack: "dev" });
  const checkout = new Checkout(project, folder);
  await checkout.settle("dev");
  checkout.edit("Pulumi.dev.yaml", (text) => `${text}  ${project}:analytics:\n    enabled: false\n`);
  return checkout;
}

async function keptCheckout(folder: string): Promise<Checkout> {
  const project = basename(folder);
  return existsSync(join(folder, "Pulumi.yaml"))
    ? new Checkout(project, folder)
    : newCheckout(project, folder);
}
