import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { listPrices } from "../contracts/cost/prices.ts";
import { chooseEngine } from "../ops/engine-choice.ts";
import { root } from "../ops/paths.ts";
import { renderDuration } from "../ops/report/duration.ts";
import { renderTable } from "../ops/report/table.ts";
import { reviewStacks } from "../ops/review.ts";

/** How long the review of a stack takes from state alone: `node bench/review.ts [RESOURCES]`. */
const RESOURCES = Number(process.argv[2] ?? 300);

const folder = mkdtempSync(join(realpathSync(tmpdir()), "bench-review-"));
try {
  mkdirSync(join(folder, "local"));
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  writeFileSync(
    join(folder, "Pulumi.yaml"),
    "name: bench\nruntime: {name: nodejs, options: {typescript: false}}\n",
  );
  writeFileSync(join(folder, "Pulumi.dev.yaml"), "config: {}\n");
  writeFileSync(join(folder, "package.json"), '{"name":"bench","main":"index.js"}');
  writeFileSync(
    join(folder, "index.js"),
    `const docker = require("@pulumi/docker");\nfor (let i = 0; i < ${RESOURCES}; i++) new docker.Volume("volume-" + i, { name: "volume-" + (i % 10 === 0 ? "new-" : "") + i });\n`,
  );
  const volumes = Array.from({ length: RESOURCES }, (_, index) => volume(index));
  const deployment = {
    manifest: { time: "2026-01-01T00:00:00Z", magic: "", version: "" },
    resources: [stackState(), provider(), ...volumes],
  };
  writeFileSync(join(folder, "state.json"), JSON.stringify({ version: 3, deployment }));
  const request = {
    ...{ root: folder, local: join(folder, "local"), baseRoot: undefined, live: false, policyPack: "none" },
    states: { dev: join(folder, "state.json") },
    engine: await chooseEngine("embedded", process.env),
    prices: listPrices,
    env: {},
  };
  const output = { stdout: process.stdout, stderr: process.stderr, signal: new AbortController().signal };
  const started = performance.now();
  const [review] = await reviewStacks(["dev"], request, output);
  const time = renderDuration(performance.now() - started);
  const rows = [
    ["RESOURCES", "CHANGES", "VERDICT", "TIME"],
    [String(RESOURCES), String(review?.changes.length), String(review?.verdict), time],
  ];
  process.stdout.write(`${renderTable(rows)}\n`);
  if (review?.failure !== undefined) process.stdout.write(`${review.failure}\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function stackState() {
  const type = "pulumi:pulumi:Stack";
  return { urn: `urn:pulumi:dev::bench::${type}::bench-dev`, custom: false, type };
}

function provider() {
  const type = "pulumi:providers:docker";
  const inputs = { version: "5.2.0" };
  return {
    urn: `urn:pulumi:dev::bench::${type}::default_5_2_0`,
    custom: true,
    id: "0a1b2c3d-0000-4000-8000-000000000000",
    type,
    inputs,
    outputs: inputs,
  };
}

function volume(index: number) {
  const type = "docker:index/volume:Volume";
  const name = `volume-${index}`;
  return {
    urn: `urn:pulumi:dev::bench::${type}::${name}`,
    ...{ custom: true, id: name, type, parent: stackState().urn },
    inputs: { name },
    outputs: { name, driver: "local", mountpoint: `/data/${name}` },
    provider: `${provider().urn}::${provider().id}`,
  };
}
