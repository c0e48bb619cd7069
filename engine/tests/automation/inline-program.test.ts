import * as pulumi from "@pulumi/pulumi";
import { type EngineEvent, LocalWorkspace } from "@pulumi/pulumi/automation/index.js";
import * as random from "@pulumi/random";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type TestWorkspace, testWorkspace } from "./test-workspace.ts";

describe("the Automation API with an inline program", () => {
  let workspace: TestWorkspace;
  beforeAll(async () => {
    workspace = await testWorkspace();
  });
  afterAll(() => workspace.remove());

  async function program() {
    const config = new pulumi.Config();
    const pet = new random.RandomPet("pet", { length: 2, keepers: { size: config.require("size") } });
    return { pet: pet.id, size: config.require("size"), key: config.requireSecret("key") };
  }

  it("lives through a stack's whole life", async () => {
    const args = { stackName: "dev", projectName: "inline", program };
    const stack = await LocalWorkspace.createOrSelectStack(args, workspace.inline);
    await stack.setAllConfig({ size: { value: "1" }, key: { value: "hush", secret: true } });
    expect(await stack.getConfig("key")).toEqual({ value: "hush", secret: true });

    const events: EngineEvent[] = [];
    const preview = await stack.preview({ onEvent: (event) => events.push(event) });
    expect(preview.changeSummary).toEqual({ create: 2 });
    expect(events.map((event) => event.sequence)).toEqual(events.map((_, index) => index));
    expect(
      events.some((event) => event.resourcePreEvent?.metadata.type === "random:index/randomPet:RandomPet"),
    ).toBe(true);

    const up = await stack.up();
    expect(up.summary.kind).toBe("update");
    expect(up.summary.result).toBe("succeeded");
    expect(up.summary.resourceChanges).toEqual({ create: 2 });
    expect(up.outputs["size"]).toEqual({ value: "1", secret: false });
    expect(up.outputs["key"]).toEqual({ value: "hush", secret: true });
    expect(up.stdout).not.toContain("hush");
    const pet = up.outputs["pet"]?.value;
    expect(pet).toMatch(/^[a-z]+-[a-z]+$/);

    expect((await stack.up({ expectNoChanges: true })).summary.resourceChanges).toEqual({ same: 2 });
    await stack.setConfig("size", { value: "2" });
    await expect(stack.up({ expectNoChanges: true })).rejects.toThrow("no changes were expected");
    expect((await stack.outputs())["pet"]?.value).not.toBe(pet);

    const refresh = await stack.refresh();
    expect(refresh.summary.kind).toBe("refresh");
    expect(refresh.summary.resourceChanges).toEqual({ same: 2 });

    const history = await stack.history();
    expect(history.map(({ kind }) => kind)).toEqual(["refresh", "update", "update", "update"]);
    expect(history.at(-1)?.config["inline:key"]).toEqual({ value: "hush", secret: true });

    const state = await stack.exportStack();
    await stack.importStack(state);
    expect(await stack.exportStack()).toEqual(state);

    const destroy = await stack.destroy();
    expect(destroy.summary.resourceChanges).toEqual({ delete: 2 });
    await stack.workspace.removeStack("dev");
    expect(await stack.workspace.listStacks()).toEqual([]);
  });

  it("tells why a program failed", async () => {
    const failing = async () => {
      throw new Error("no good");
    };
    const args = { stackName: "bad", projectName: "inline", program: failing };
    const stack = await LocalWorkspace.createOrSelectStack(args, workspace.inline);
    await expect(stack.up()).rejects.toThrow("no good");
    expect((await stack.history())[0]?.result).toBe("failed");
  });
});
