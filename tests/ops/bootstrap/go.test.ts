import { describe, expect, it } from "vitest";
import { ensureGo } from "../../../ops/bootstrap/go.ts";
import { captureOutput } from "../output.ts";
import { fakeMachine } from "./fake-machine.ts";

describe("ensureGo", () => {
  it("installs the distribution's package where Go is missing", async () => {
    const machine = fakeMachine();
    await ensureGo(machine, captureOutput());
    expect(machine.ran.at(-1)).toMatch(/^apt-get install .*golang-go$/);
  });

  it("leaves a machine alone that has Go, or is not ours to change", async () => {
    const ready = fakeMachine();
    ready.programs.add("go");
    await ensureGo(ready, captureOutput());
    const foreign = fakeMachine({ isRoot: false });
    await ensureGo(foreign, captureOutput());
    expect([...ready.ran, ...foreign.ran]).toEqual([]);
  });
});
