/**
 * `./infra up STACK` by phase, three times in one run: first after a destroy, then with nothing to do, then once more.
 *
 *     node bench/up.ts [STACK] [--cold]
 *
 * The stack is destroyed with its data, before and after. `--cold` also removes the images that the project built and
 * Docker's build cache (other projects on this Docker Engine will build theirs anew).
 */
import { execFileSync, spawnSync } from "node:child_process";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { root } from "../ops/paths.ts";
import type { PhaseTimes } from "../ops/phases.ts";
import { renderDuration } from "../ops/report/duration.ts";
import { renderTable } from "../ops/report/table.ts";

const { values, positionals } = parseArgs({
  options: { cold: { type: "boolean", default: false } },
  allowPositionals: true,
});
const stack = positionals[0] ?? "test";
const infra = join(root, "infra");

destroy();
if (values.cold) removeImages();
const runs: [string, PhaseTimes][] = [
  [values.cold ? "first, cold" : "first", up()],
  ["nothing to do", up()],
  ["nothing to do", up()],
];
destroy();
const phases = Object.keys(runs[0]?.[1] ?? {});
process.stdout.write(
  `${renderTable([
    ["RUN", ...phases.map((phase) => phase.toUpperCase()), "TOTAL"],
    ...runs.map(([name, times]) => [
      name,
      ...phases.map((phase) => (times[phase] === undefined ? "-" : renderDuration(times[phase]))),
      renderDuration(Object.values(times).reduce((sum, time) => sum + time, 0)),
    ]),
  ])}\n`,
);

function up(): PhaseTimes {
  const text = execFileSync(infra, ["up", stack, "--json"], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  return (JSON.parse(text) as { milliseconds: PhaseTimes }).milliseconds;
}

function destroy(): void {
  execFileSync(infra, ["destroy", stack, "--with-data", "--yes"], { stdio: ["ignore", "ignore", "inherit"] });
}

function removeImages(): void {
  const ids = spawnSync("docker", ["images", "-q", "--filter", "label=trials.service"], {
    encoding: "utf8",
  }).stdout;
  const unique = [...new Set(ids.split("\n").filter((id) => id !== ""))];
  if (unique.length > 0) spawnSync("docker", ["rmi", "--force", ...unique], { stdio: "ignore" });
  execFileSync("docker", ["builder", "prune", "--all", "--force"], { stdio: "ignore" });
}
