import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { root } from "../../ops/paths.ts";

/** A project of its own with a backend of its own. */
export interface BenchProject {
  readonly folder: string;
  readonly env: { readonly [name: string]: string | undefined };
  remove(): void;
}

const provider = join(root, "engine/tests/corpus/tools/fake-provider");

/** Writes a program of chains of ten dependent resources each. */
export function writeBenchProject(resources: number): BenchProject {
  const folder = mkdtempSync(join(tmpdir(), "bench-engine-"));
  mkdirSync(join(folder, "state"));
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  const files = {
    "package.json": '{"name": "bench", "main": "index.cjs"}',
    "Pulumi.yaml": "name: bench\nruntime: { name: nodejs, options: { typescript: false } }\n",
    "index.cjs": programText(resources),
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return { folder, env: environment(folder), remove: () => rmSync(folder, { recursive: true, force: true }) };
}

function programText(resources: number): string {
  return `const pulumi = require("@pulumi/pulumi");
class Thing extends pulumi.CustomResource {
  constructor(name, inputs) {
    super("fake:index:Thing", name, { out: undefined, serial: undefined, ...inputs }, { version: "1.0.0" });
  }
}
let last;
for (let i = 0; i < ${resources}; i++) last = new Thing("r" + i, { value: i % 10 === 0 ? "start" : last.out });
`;
}

function environment(folder: string): BenchProject["env"] {
  return {
    ...process.env,
    PATH: `${provider}${delimiter}${process.env["PATH"] ?? ""}`,
    PULUMI_BACKEND_URL: `file://${folder}/state`,
    PULUMI_HOME: join(folder, "home"),
    PULUMI_CONFIG_PASSPHRASE: "bench",
    FAKE_DIR: join(folder, "cloud"),
    // As the provider was with which the official CLI was measured.
    FAKE_ALONE: "1",
  };
}
