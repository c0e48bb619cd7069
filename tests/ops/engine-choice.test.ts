import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { chooseEngine } from "../../ops/engine-choice.ts";
import { root } from "../../ops/paths.ts";

let folder = "";
let bin = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "engines-"));
  bin = join(folder, "bin");
  mkdirSync(bin);
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function install(script: string): void {
  writeFileSync(join(bin, "pulumi"), `#!/bin/sh\n${script}\n`);
  chmodSync(join(bin, "pulumi"), 0o755);
}

describe("chooseEngine", () => {
  it("takes an official pulumi from PATH", async () => {
    install("echo v3.260.0");
    const choice = await chooseEngine("auto", { PATH: `/nowhere:${bin}` });
    expect(choice).toMatchObject({ kind: "official", version: "v3.260.0" });
    expect(choice.command.command).toBe(join(bin, "pulumi"));
    expect(choice.description).toContain("official pulumi v3.260.0");
  });

  it("takes an official pulumi from PULUMI_HOME", async () => {
    install("echo v3.260.0");
    expect((await chooseEngine("auto", { PATH: "", PULUMI_HOME: folder })).kind).toBe("official");
  });

  it("takes the embedded engine where there is no official one, and where it is asked for", async () => {
    expect(await chooseEngine("auto", { PATH: "/nowhere" })).toMatchObject({
      kind: "embedded",
      command: { command: join(root, "engine", "bin", "pulumi") },
    });
    install("echo v3.260.0");
    expect((await chooseEngine("embedded", { PATH: bin })).kind).toBe("embedded");
  });

  it("does not take the project's own executables for an official one", async () => {
    expect((await chooseEngine("auto", { PATH: join(root, "engine", "bin") })).kind).toBe("embedded");
  });

  it("says what to do when the wanted engine is not there, is unknown or does not run", async () => {
    await expect(chooseEngine("official", {})).rejects.toMatchObject({ code: "engine-not-found" });
    await expect(chooseEngine("fast", {})).rejects.toMatchObject({ code: "usage" });
    install("exit 3");
    await expect(chooseEngine("auto", { PATH: bin })).rejects.toMatchObject({ code: "engine-not-working" });
    install("echo v2.0.0");
    await expect(chooseEngine("auto", { PATH: bin })).rejects.toMatchObject({
      code: "engine-not-working",
      message: expect.stringContaining("Minimum version"),
    });
  });
});
