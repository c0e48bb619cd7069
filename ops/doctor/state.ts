import { z } from "zod";
import { failed, ok, warning } from "../bootstrap/doctor/check.ts";
import { firstLineOf, messageOf } from "../errors.ts";
import { nameOf } from "../urn.ts";
import type { StackCheck } from "./stack-check.ts";

const stateSchema = z.object({
  resources: z.array(z.object({ urn: z.string(), parent: z.string().optional() })).nullish(),
  pending_operations: z
    .array(z.object({ resource: z.object({ urn: z.string() }), type: z.string() }))
    .nullish(),
});

/** The state can be read, its secrets can be opened, and no resource lacks its parent. */
export const stateCheck: StackCheck = {
  name: "state",
  async run({ stack, state }) {
    try {
      const exported = await state();
      if (exported === undefined) return warning(`${stack} was never brought up`, `./infra up ${stack}`);
      const resources = stateSchema.parse(exported.deployment ?? {}).resources ?? [];
      const known = new Set(resources.map(({ urn }) => urn));
      const orphan = resources.find(({ parent }) => parent !== undefined && !known.has(parent));
      if (orphan !== undefined) {
        return failed(`${nameOf(orphan.urn)} lacks its parent in the state`, `./infra refresh ${stack}`);
      }
      return ok(`${resources.length} resources; their secrets can be opened`);
    } catch (error) {
      return failed(explain(error), mendFor(messageOf(error), stack));
    }
  },
};

/** What an update that was interrupted left open. */
export const unfinishedCheck: StackCheck = {
  name: "unfinished operations",
  async run({ stack, state }) {
    const exported = await state().catch(() => undefined);
    if (exported === undefined) return ok("none");
    const pending = stateSchema.parse(exported.deployment ?? {}).pending_operations ?? [];
    if (pending.length === 0) return ok("none");
    const names = pending.map(({ type, resource }) => `${type} ${nameOf(resource.urn)}`);
    return warning(`an interrupted update left open: ${names.join(", ")}`, `./infra refresh ${stack}`);
  },
};

function explain(error: unknown): string {
  const line = messageOf(error)
    .split("\n")
    .find((text) => /error:/.test(text));
  return `cannot be read: ${(line ?? firstLineOf(error)).replace(/^.*?error: /, "")}`;
}

function mendFor(message: string, stack: string): string {
  return /passphrase/i.test(message)
    ? "export PULUMI_CONFIG_PASSPHRASE_FILE=FILE-WITH-THE-PASSPHRASE"
    : `./infra history ${stack}`;
}
