import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** Root of the checkout. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** What this machine keeps for the checkout: toolchain, state, passphrase. Ignored by git. */
export const local = join(root, ".infra");
