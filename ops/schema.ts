import { confirm } from "./confirm.ts";
import { everyStoreAt, planSchemaMigration, type SchemaStatus, type SchemaStep } from "./data/plan-schema.ts";
import { migrateSchema, readSchemaStatus } from "./data/schema.ts";
import { UserError } from "./errors.ts";
import { renderTable } from "./report/table.ts";
import { openStack, stackFlags } from "./stack.ts";
import type { Verb } from "./verb.ts";

export const schemaVerb: Verb = {
  name: "schema",
  usage: "STACK",
  summary: "schema versions of an environment's stores; with --to, their migration up or down",
  flags: {
    ...stackFlags,
    to: { type: "string", summary: "bring every store to this version" },
    yes: { type: "boolean", short: "y", default: false, summary: "do not ask" },
  },
  examples: ["./infra schema dev", "./infra schema dev --to 3", "./infra schema cloud --json"],
  async run(args, output) {
    const say = (line: string) => output.stderr.write(`${line}\n`);
    const opened = await openStack(args, say);
    const status = await readSchemaStatus(opened);
    const to = args.flags["to"];
    const json = args.flags["json"] === true;
    if (to === undefined) {
      output.stdout.write(`${json ? JSON.stringify(status, null, 2) : renderStatus(status)}\n`);
      return 0;
    }
    if (Object.keys(status.versions).length === 0) {
      throw new UserError("no-schema-job", `${opened.name} has no schema job: its program is older`, {
        help: `./infra up ${opened.name} brings the present program up`,
      });
    }
    const versions = everyStoreAt(status.versions, String(to));
    const steps = planSchemaMigration(status, versions);
    if (steps.length > 0) say(renderSteps(steps));
    if (steps.some(({ safety }) => safety === "lossy") && args.flags["yes"] !== true) {
      await confirm(`Migrate ${opened.name} although DATA WILL BE LOST?`, output, opened.name);
    }
    await migrateSchema(opened, versions, { say: (line) => say(`  ${line}`), signal: output.signal });
    const result = json ? JSON.stringify({ versions, steps }, null, 2) : `every store is at version ${to}`;
    output.stdout.write(`${result}\n`);
    return 0;
  },
};

/** For people: the version of each store, then all migrations. */
export function renderStatus({ versions, migrations }: SchemaStatus): string {
  const stores = [["STORE", "VERSION"], ...Object.entries(versions)];
  const known = migrations.map(({ number, name, down }) => [String(number), name, down.safety, down.why]);
  return `${renderTable(stores)}\n\n${renderTable([["NUMBER", "MIGRATION", "DOWN", "WHY"], ...known])}`;
}

/** For people: what will be done, in order. */
export function renderSteps(steps: readonly SchemaStep[]): string {
  return renderTable([
    ["STORE", "STEP", "SAFETY", "WHY"],
    ...steps.map(({ store, direction, number, name, safety, why }) => [
      store,
      `${direction} ${number} ${name}`,
      safety,
      why,
    ]),
  ]);
}
