import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { z } from "zod";
import { ProgressFile } from "../../../ops/traffic/progress-file.ts";
import { writeSettings } from "../../../ops/traffic/settings-file.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "trials-traffic-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const FILE = `# Settings of dev.
config:
  p:gateway:
    port: 8080 # the door
    pythonWeight: 10
  p:replication: off
`;

it("changes settings in the stack's file and nothing around them", () => {
  const file = join(folder, "Pulumi.dev.yaml");
  writeFileSync(file, FILE);
  const changes = { "gateway.pythonWeight": 35, "gateway.writes": "frozen", replication: "node-to-python" };
  writeSettings(folder, { project: "p", stack: "dev" }, changes);
  const after = FILE.replace("10", "35\n    writes: frozen").replace("off", "node-to-python");
  expect(readFileSync(file, "utf8")).toBe(after);
  const { mtimeNs } = statSync(file, { bigint: true });
  writeSettings(folder, { project: "p", stack: "dev" }, changes);
  expect(statSync(file, { bigint: true }).mtimeNs).toBe(mtimeNs);
});

it("writes settings where the file had none of the kind", () => {
  const file = join(folder, "Pulumi.dev.yaml");
  writeFileSync(file, "config:\n  p:bindAddress: 127.0.0.1\n");
  writeSettings(folder, { project: "p", stack: "dev" }, { "gateway.pythonWeight": 5 });
  expect(readFileSync(file, "utf8")).toBe(
    "config:\n  p:bindAddress: 127.0.0.1\n  p:gateway:\n    pythonWeight: 5\n",
  );
});

it("keeps progress on disk, and says when it cannot be read", () => {
  const path = join(folder, "deep", "dev.json");
  const file = new ProgressFile(path, z.strictObject({ step: z.int() }));
  expect(file.read()).toBeUndefined();
  file.write({ step: 1 });
  file.write({ step: 2 });
  expect(file.read()).toEqual({ step: 2 });
  writeFileSync(path, '{"step":');
  expect(() => file.read()).toThrow("cannot be read");
  file.remove();
  file.remove();
  expect(file.read()).toBeUndefined();
});
