import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";

const engine = resolve(import.meta.dirname, "..");

/** The indented block below a heading of the README. */
function example(heading: string): string {
  const [, after = ""] = readFileSync(join(engine, "README.md"), "utf8").split(`## ${heading}\n`);
  const lines = after.split("\n");
  const start = lines.findIndex((line) => line.startsWith("    "));
  const length = lines.slice(start).findIndex((line) => line !== "" && !line.startsWith("    "));
  return lines
    .slice(start, start + length)
    .map((line) => line.slice(4))
    .join("\n");
}

describe("the README's example", () => {
  it("runs as it stands there", async () => {
    const folder = mkdtempSync(join(tmpdir(), "readme-"));
    mkdirSync(join(folder, "program"));
    symlinkSync(join(engine, "../node_modules"), join(folder, "node_modules"));
    writeFileSync(join(folder, "package.json"), '{"type":"module"}');
    writeFileSync(join(folder, "program/Pulumi.yaml"), "name: shop\nruntime: nodejs\n");
    writeFileSync(join(folder, "program/package.json"), '{"main":"index.js"}');
    writeFileSync(
      join(folder, "program/index.js"),
      `const pulumi = require("@pulumi/pulumi");
       const random = require("@pulumi/random");
       const size = new pulumi.Config().requireNumber("size");
       exports.pet = new random.RandomPet("pet", { length: size }).id;
       exports.size = size;`,
    );
    const source = example("A hermetic test of any Pulumi program");
    expect(source.split("\n").length).toBeLessThanOrEqual(21);
    writeFileSync(join(folder, "hermetic.ts"), source);
    const { stdout } = await promisify(execFile)(process.execPath, ["hermetic.ts"], { cwd: folder });
    expect(stdout).toBe("{ create: 2 }\n");
  });
});
