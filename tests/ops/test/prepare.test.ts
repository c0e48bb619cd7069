import { describe, expect, it } from "vitest";
import {
  buildControlPlane,
  bundleEngine,
  ensureChromium,
  ensureControlPlanePackages,
} from "../../../ops/test/prepare.ts";
import { fakeMachine } from "../bootstrap/fake-machine.ts";
import { captureOutput } from "../output.ts";

describe("ensureChromium", () => {
  it("installs the distribution's browser where there is none", async () => {
    const machine = fakeMachine();
    await ensureChromium(machine, { output: captureOutput() });
    expect(machine.ran.at(-1)).toMatch(/^apt-get install .*chromium fonts-dejavu-core$/);
  });

  it("leaves a machine alone that has one, or is not ours to change", async () => {
    const ready = fakeMachine();
    ready.programs.add("chromium");
    const foreign = fakeMachine({ isRoot: false });
    for (const machine of [ready, foreign]) await ensureChromium(machine, { output: captureOutput() });
    expect([...ready.ran, ...foreign.ran]).toEqual([]);
  });
});

describe("ensureControlPlanePackages", () => {
  it("installs openssl where it is missing", async () => {
    const machine = fakeMachine();
    await ensureControlPlanePackages(machine, { output: captureOutput() });
    expect(machine.ran.at(-1)).toMatch(/^apt-get install .*openssl$/);
  });

  it("leaves a machine alone that has it, or is not ours to change", async () => {
    const ready = fakeMachine();
    ready.programs.add("openssl");
    const foreign = fakeMachine({ isRoot: false });
    for (const machine of [ready, foreign]) {
      await ensureControlPlanePackages(machine, { output: captureOutput() });
    }
    expect([...ready.ran, ...foreign.ran]).toEqual([]);
  });
});

describe("buildControlPlane", () => {
  it("builds beside what runs, gives way to it, and leaves a failure to the suite that needs it", () => {
    const commands: string[] = [];
    buildControlPlane({
      execute: ({ command, args }) => {
        commands.push([command, ...args.slice(0, 2), ...args.slice(-2)].join(" "));
        return Promise.reject(new Error("there is no nice"));
      },
    });
    expect(commands).toEqual(["nice -n 19 simulators/kubernetes/main.ts --build"]);
  });
});

describe("bundleEngine", () => {
  it("runs the engine's build; the tests do without where that cannot be", async () => {
    const commands: string[] = [];
    await bundleEngine({
      execute: async ({ args }) => {
        commands.push(...args);
        throw new Error("there is no node");
      },
    });
    expect(commands).toEqual(["engine/build/bundle.ts"]);
  });
});
