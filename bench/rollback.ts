import { parseArgs } from "node:util";
import { renderTable } from "../ops/report/table.ts";
import { Checkout } from "../tests/checkout.ts";

/**
 * Times rollbacks of a `dev` that is up in a checkout of its own (`--folder`, as the operations tests keep one): back and
 * forward between its newest two releases, phase by phase.
 */
const { values } = parseArgs({
  options: {
    folder: { type: "string" },
    project: { type: "string" },
    runs: { type: "string", default: "2" },
  },
});
if (values.folder === undefined || values.project === undefined) {
  process.stderr.write("usage: node bench/rollback.ts --folder FOLDER --project NAME [--runs N]\n");
  process.exit(2);
}
const checkout = new Checkout(values.project, values.folder);
const rows: string[][] = [];
for (let run = 1; run <= Number(values.runs); run += 1) {
  const started = performance.now();
  const ran = await checkout.infra("rollback", "dev", "--yes", "--json");
  const seconds = (milliseconds: number) => `${(milliseconds / 1000).toFixed(1)} s`;
  const { kind, release, milliseconds } = JSON.parse(ran.stdout) as {
    kind: string;
    release: number;
    milliseconds: { readonly [phase: string]: number };
  };
  const phases = Object.entries(milliseconds).map(([phase, time]) => `${phase} ${seconds(time)}`);
  rows.push([String(run), `${kind}: ${release}`, seconds(performance.now() - started), phases.join(", ")]);
}
process.stdout.write(`${renderTable([["RUN", "END", "TOTAL", "PHASES"], ...rows])}\n`);
