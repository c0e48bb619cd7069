import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { chooseEngine } from "../../engine-choice.ts";
import { UserError } from "../../errors.ts";
import { type Check, failed, ok } from "./check.ts";

export const engineCheck: Check = {
  name: "engine",
  async run({ machine }) {
    try {
      const { description } = await chooseEngine("auto", machine.env);
      return ok(description.replace(/^engine: /, ""));
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      return failed(error.message, "./infra up dev --engine embedded");
    }
  },
};

/** Without its passphrase a stack's secrets cannot be read any more. */
export const passphraseCheck: Check = {
  name: "passphrase",
  async run({ machine, local }) {
    const file = join(local, "passphrase");
    const given = machine.env["PULUMI_CONFIG_PASSPHRASE_FILE"];
    if (machine.env["PULUMI_CONFIG_PASSPHRASE"] !== undefined) return ok("from PULUMI_CONFIG_PASSPHRASE");
    if (given !== undefined) {
      if (machine.read(given) !== undefined) return ok(`from ${given} (PULUMI_CONFIG_PASSPHRASE_FILE)`);
      return failed(
        `${given} (PULUMI_CONFIG_PASSPHRASE_FILE) cannot be read`,
        "unset PULUMI_CONFIG_PASSPHRASE_FILE",
      );
    }
    if (!machine.exists(file)) {
      if (!hasStacks(local)) return ok("made by the first ./infra up");
      return failed(`${file} is gone, and there are stacks whose secrets it opens`, `cp YOUR-BACKUP ${file}`);
    }
    const openToOthers = (statSync(file).mode & 0o077) !== 0;
    return openToOthers ? failed(`${file} can be read by others`, `chmod 600 ${file}`) : ok(file);
  },
};

function hasStacks(local: string): boolean {
  try {
    return readdirSync(join(local, "state", ".pulumi", "stacks"), { recursive: true }).some((name) =>
      String(name).endsWith(".json"),
    );
  } catch {
    return false;
  }
}
