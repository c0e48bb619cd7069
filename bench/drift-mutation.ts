import { basename, resolve } from "node:path";
import { parseArgs } from "node:util";
import { renderTable } from "../ops/report/table.ts";
import { Checkout } from "../tests/checkout.ts";
import { dropKeptImages } from "../tests/operations/drift-mutation/mutate.ts";
import { EXCEPTED, MUTATIONS, WHOLE } from "../tests/operations/drift-mutation/mutations.ts";
import { openCheckout } from "../tests/operations/drift-mutation/open-checkout.ts";
import { MutationRounds } from "../tests/operations/drift-mutation/rounds.ts";
import { sumTallies, type TallyRow } from "../tests/operations/drift-mutation/tally.ts";

/**
 * Changes every property of every resource of a `dev` environment behind the engine's back, and counts what the drift
 * review finds, misses and imagines. The environment's data are lost; at the end it is brought back by `drift revert`.
 *
 * `npm run drift-mutation -- FOLDER`: a checkout whose `dev` is up (CONTRIBUTING.md, suite `operations`).
 */
const { positionals } = parseArgs({ allowPositionals: true });
const folder = resolve(positionals[0] ?? "");
const checkout = new Checkout(basename(folder), folder);
const stack = await openCheckout(folder);
const { deployment } = await stack.exportStack();
const rounds = new MutationRounds(checkout, deployment);
const containers = rounds.pick("Container");
const others = {
  networks: rounds.pick("Network"),
  volumes: rounds.pick("Volume"),
  images: rounds.pick("RemoteImage"),
};
const clean = await rounds.review();
const rows: TallyRow[] = [];
const round = async (name: string, run: () => Promise<TallyRow[]>) => {
  const found = await run();
  rows.push(...found);
  const count = (key: "found" | "missed" | "false") => found.reduce((sum, row) => sum + row[key], 0);
  console.error(`${name}: ${count("found")} found, ${count("missed")} missed, ${count("false")} false`);
  for (const { wrong } of found) for (const line of wrong) console.error(`  ${line}`);
};
await round("in place", () => rounds.inPlace(containers));
await round("made anew", () => rounds.madeAnew({ containers, ...others }));
for (const mutations of WHOLE) {
  await round("alone", () => rounds.again(containers.slice(0, 1), mutations));
}
await round("deleted", () => rounds.deleted([...containers, ...others.networks, ...others.volumes]));
const total = sumTallies(rows);
const sum = (key: "found" | "missed" | "false") => total.reduce((all, row) => all + row[key], 0);
console.log(
  renderTable([
    ["KIND", "PROPERTY", "FOUND", "MISSED", "FALSE"],
    ...total.map((row) => [row.kind, row.property, row.found, row.missed, row.false].map(String)),
  ]),
);
console.log(
  `\nclean stack: ${clean.findings.length} findings; ${MUTATIONS.length + WHOLE.flat().length} kinds of change`,
);
console.log(`found ${sum("found")}, missed ${sum("missed")}, false ${sum("false")}`);
console.log(
  `not changed: ${Object.entries(EXCEPTED)
    .map(([input, why]) => `${input} (${why})`)
    .join(", ")}`,
);
console.log("random_*: nothing of them is live");
const back = await checkout.infra("drift", "dev", "revert", "--all", "--yes");
await dropKeptImages(others.images);
console.log(`revert --all ended with ${back.code}`);
process.exitCode = sum("missed") + sum("false") + back.code === 0 ? 0 : 1;
