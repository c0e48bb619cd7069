import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ensureBundle, freshBundle } from "../../build/bundle.ts";

const engine = dirname(dirname(import.meta.dirname));
const root = dirname(engine);

const program = `
const pulumi = require("@pulumi/pulumi");
const { RandomString } = require("@pulumi/random");
exports.text = new RandomString("text", { length: 8 }).result;
exports.secret = pulumi.secret("hidden");
`;

describe("the engine from its bundle", () => {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), "bundled-"));
  const project = join(folder, "project");

  /** Standard output of a command that has to end well. */
  async function pulumi(from: "bundle" | "sources", line: string): Promise<string> {
    const child = spawn(process.execPath, [join(engine, "bin/pulumi"), ...line.split(" ")], {
      cwd: project,
      env: {
        ...process.env,
        PULUMI_BACKEND_URL: `file://${join(folder, "state")}`,
        PULUMI_HOME: join(folder, "home"),
        PULUMI_CONFIG_PASSPHRASE: "x",
        PULUMI_ENGINE_BUNDLE: String(from === "bundle"),
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const ended = new Promise<number | null>((settle) => child.once("close", settle));
    const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
    expect([await ended, stderr]).toEqual([0, expect.not.stringContaining("error")]);
    return stdout;
  }

  beforeAll(async () => {
    await ensureBundle(root);
    for (const name of ["state", "home", "project"]) mkdirSync(join(folder, name));
    symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
    writeFileSync(
      join(project, "Pulumi.yaml"),
      "name: shop\nruntime: {name: nodejs, options: {typescript: false}}\n",
    );
    writeFileSync(join(project, "package.json"), '{"main":"index.js"}');
    writeFileSync(join(project, "index.js"), program);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it("does what it does from its sources", async () => {
    expect(freshBundle(root)).toBeDefined();
    await pulumi("bundle", "stack init dev");
    expect(await pulumi("bundle", "up --yes --skip-preview")).toContain("2 created");
    const timeless = (said: string) => said.replace(/"duration": \d+/, "");
    for (const line of ["version", "stack output --json", "preview --json"]) {
      const bundled = timeless(await pulumi("bundle", line));
      expect(bundled, line).toBe(timeless(await pulumi("sources", line)));
    }
  });
});
