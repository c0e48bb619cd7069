import type { Stack } from "@pulumi/pulumi/automation/index.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type DriftingStack, driftingStack, foundIn, idOf } from "./drifting-stack.ts";

describe("accepting drift, on an engine", () => {
  let drifting: DriftingStack;
  beforeAll(async () => {
    drifting = await driftingStack();
  });
  afterAll(() => drifting.remove());

  it("reviews no stack that is not up", async () => {
    await expect(drifting.review()).rejects.toMatchObject({
      code: "stack-not-up",
      help: `./infra up ${drifting.opened.name}`,
    });
    await drifting.opened.stack.up();
    expect(foundIn(await drifting.review())).toEqual([]);
  });

  it("takes a memory limit with a patch that leaves nothing to update", async () => {
    await drifting.setMemory(70);
    const report = await drifting.review();
    expect(foundIn(report)).toEqual(["backend changed memory", "backend changed memorySwap"]);
    const { output } = await drifting.run("accept", [idOf(report, "memory")], { yes: true });
    expect(output.err()).toContain(`Pulumi.${drifting.opened.name}.yaml: local:backendNode.memory = 70\n`);
    expect(drifting.settings()).toContain("# reviewed\n");
    expect(drifting.settings()).toMatch(/local:backendNode:\s+memory: 70\n/);
    expect(foundIn(await drifting.review())).toEqual([]);
  });

  it("changes nothing where nobody says yes, or where the state moved meanwhile", async () => {
    await drifting.setMemory(75);
    const memory = idOf(await drifting.review(), "memory");
    const before = drifting.settings();
    await expect(drifting.run("accept", [memory])).rejects.toMatchObject({ code: "not-confirmed" });
    const { stack } = drifting.opened;
    let exports = 0;
    const moving = Object.create(stack, {
      exportStack: {
        value: async () => {
          const exported = await stack.exportStack();
          exports += 1;
          // The review and the patch see the first state; the last look another one.
          return exports < 3
            ? exported
            : { ...exported, deployment: { ...exported.deployment, moved: true } };
        },
      },
    }) as Stack;
    await expect(drifting.run("accept", [memory], { yes: true }, moving)).rejects.toMatchObject({
      code: "state-moved",
    });
    expect(drifting.settings()).toBe(before);
  });

  it("goes on where it was cut off between settings and state, and undoes the settings where the state is locked out", async () => {
    await drifting.setMemory(80);
    const memory = idOf(await drifting.review(), "memory");
    const before = drifting.settings();
    const broken = Object.create(drifting.opened.stack, {
      importStack: { value: () => Promise.reject(new Error("no space left")) },
    }) as Stack;
    await expect(drifting.run("accept", [memory], { yes: true }, broken)).rejects.toThrow("no space left");
    expect(drifting.settings()).toBe(before);
    drifting.writeSettings(before.replace("memory: 70", "memory: 80"));
    await drifting.run("accept", [memory], { yes: true });
    expect(drifting.settings()).toContain("memory: 80");
    expect(foundIn(await drifting.review())).toEqual([]);
  });
});
