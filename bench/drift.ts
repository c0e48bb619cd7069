import { parseArgs } from "node:util";
import { renderDuration } from "../ops/report/duration.ts";
import { renderTable } from "../ops/report/table.ts";
import { Checkout } from "../tests/checkout.ts";

/**
 * Times drift reviews of an environment that is up in a checkout of its own, beside previews of it, which ask the
 * platform nothing: `node bench/drift.ts --folder FOLDER --project NAME [--stack dev] [--runs 3]`.
 */
const { values } = parseArgs({
  options: {
    folder: { type: "string" },
    project: { type: "string" },
    stack: { type: "string", default: "dev" },
    runs: { type: "string", default: "3" },
  },
});
if (values.folder === undefined || values.project === undefined) {
  process.stderr.write(
    "usage: node bench/drift.ts --folder FOLDER --project NAME [--stack dev] [--runs 3]\n",
  );
  process.exit(2);
}
const checkout = new Checkout(values.project, values.folder);
const rows: string[][] = [["RUN", "COMMAND", "EXIT CODE", "TIME"]];
for (let run = 1; run <= Number(values.runs); run += 1) {
  for (const command of ["drift", "preview"]) {
    const started = performance.now();
    const { code } = await checkout.infra(command, values.stack, "--json");
    rows.push([String(run), command, String(code), renderDuration(performance.now() - started)]);
  }
}
process.stdout.write(`${renderTable(rows)}\n`);
