import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { UserError } from "../errors.ts";
import type { ReadPassphrase } from "./passphrase.ts";

export interface PassphraseSourceOptions {
  readonly env: { readonly [name: string]: string | undefined };
  /** Relative file names start here. */
  readonly cwd: string;
  /** Asks a person; undefined where nobody can be asked. */
  readonly prompt?: (question: string) => Promise<string>;
}

/** Finds the passphrase where the official CLI does: in the environment, in a file, from a person. */
export function passphraseSource({ env, cwd, prompt }: PassphraseSourceOptions): ReadPassphrase {
  return async () => {
    const given = env["PULUMI_CONFIG_PASSPHRASE"];
    if (given !== undefined) return given;
    const file = env["PULUMI_CONFIG_PASSPHRASE_FILE"];
    if (file !== undefined && file !== "") return readPassphraseFile(resolve(cwd, file));
    if (prompt !== undefined) {
      return prompt(
        "Enter your passphrase to unlock config/secrets\n    (set PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE to remember)",
      );
    }
    throw new UserError(
      "no-passphrase",
      "passphrase must be set with PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE environment variables",
    );
  };
}

async function readPassphraseFile(file: string): Promise<string> {
  try {
    return (await readFile(file, "utf8")).trim();
  } catch (cause) {
    throw new UserError("no-passphrase", `unable to read PULUMI_CONFIG_PASSPHRASE_FILE: ${String(cause)}`, {
      cause,
    });
  }
}
