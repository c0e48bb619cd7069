import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { isDebian, thisMachine } from "../../../ops/bootstrap/machine.ts";
import { unpackProgram } from "../../../ops/bootstrap/unpacked-package.ts";
import { commandFailure, fakeMachine } from "./fake-machine.ts";

const DEBIAN = { "/etc/os-release": "ID=debian\n" };
const WANTED = { package: "hello", program: "hello" };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "trials-unpack-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe("unpackProgram", () => {
  it("takes a program that is installed", async () => {
    const machine = fakeMachine({ files: DEBIAN });
    machine.programs.add("hello");
    expect(await unpackProgram(machine, { ...WANTED, folder })).toMatch(/hello$/);
    expect(machine.ran).toEqual([]);
  });

  it.runIf(isDebian(thisMachine()))("unpacks it without installing it, once", async () => {
    const machine = { ...thisMachine(), find: () => undefined };
    const program = await unpackProgram(machine, { ...WANTED, folder });
    expect(execFileSync(program, { encoding: "utf8" })).toContain("Hello, world!");
    expect(existsSync("/usr/bin/hello")).toBe(false);
    expect(readdirSync(folder)).toEqual(["hello"]);
    const again = { ...machine, run: () => Promise.reject(new Error("nothing is run")) };
    expect(await unpackProgram(again, { ...WANTED, folder })).toBe(program);
  });

  it("says what to install where the distribution has no such packages", async () => {
    const machine = fakeMachine({ files: { "/etc/os-release": "ID=alpine\n" } });
    await expect(unpackProgram(machine, { ...WANTED, folder })).rejects.toMatchObject({
      code: "package-missing",
      help: "install it; Debian and Ubuntu have it in the package hello",
    });
  });

  it("leaves nothing half done when the package cannot be fetched", async () => {
    const machine = fakeMachine({ files: DEBIAN });
    machine.onRun = () => {
      throw commandFailure("apt-get: no such package");
    };
    await expect(unpackProgram(machine, { ...WANTED, folder })).rejects.toThrow("exit code 100");
    expect(readdirSync(folder)).toEqual([]);
  });
});
