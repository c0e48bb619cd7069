/**
 * What previews and updates of the cloud stack take, against simulated vendors and a real API server.
 *
 *     node bench/cloud.ts --kubeconfig FILE [--runs 3]
 *
 * `node simulators/kubernetes/main.ts` starts an API server and prints the path of its kubeconfig.
 */
import { parseArgs } from "node:util";
import { renderTable } from "../ops/report/table.ts";
import { CloudStack } from "../tests/cloud/cloud-stack.ts";
import { settingsFor, startPlaces } from "../tests/cloud/places.ts";

const { values } = parseArgs({
  options: { kubeconfig: { type: "string" }, runs: { type: "string", default: "3" } },
});
if (values.kubeconfig === undefined) {
  process.stderr.write("give --kubeconfig FILE; node simulators/kubernetes/main.ts prints one\n");
  process.exit(2);
}
const places = await startPlaces();
const stack = new CloudStack(settingsFor(places, values.kubeconfig));
const rows = [["OPERATION", "RESOURCES", "CHANGED", "SECONDS"]];
const runs = Number(values.runs);
try {
  await measure("preview", "preview of everything new", runs);
  await measure("up", "up from nothing", 1);
  await measure("preview", "preview with nothing to do", runs);
  await measure("up", "up with nothing to do", runs);
  await measure("refresh", "refresh", runs);
  await measure("destroy", "destroy", 1);
} finally {
  await stack.run("destroy");
  await places.close();
}
process.stdout.write(`${renderTable(rows)}\n`);

/** Adds a row with the median of some runs. */
async function measure(operation: "preview" | "up" | "refresh" | "destroy", title: string, count: number) {
  const times: number[] = [];
  let told = ["", ""];
  for (let run = 0; run < count; run += 1) {
    const start = performance.now();
    const { changes, changed, told: errors } = await stack.run(operation);
    times.push((performance.now() - start) / 1000);
    if (errors.length > 0) throw new Error(`${title} failed: ${errors[0]}`);
    told = [changes, changed].map((counts) => String(Object.values(counts).reduce((sum, n) => sum + n, 0)));
  }
  const median = times.sort((a, b) => a - b)[Math.floor(count / 2)] ?? 0;
  rows.push([title, ...told, median.toFixed(1)]);
}
