import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** Root of the checkout. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** What this machine keeps for the checkout: toolchain, state, passphrase. Ignored by git. */
export const local = join(root, ".infra");

/** A working copy of the project. */
export interface Checkout {
  /** Folder of its sources. */
  readonly root: string;
  /** Folder of what this machine keeps for it. */
  readonly local: string;
}

/** The one that this file is of. */
export const thisCheckout: Checkout = { root, local };
