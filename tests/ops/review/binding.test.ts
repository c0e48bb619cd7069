import { LocalWorkspace, type Stack } from "@pulumi/pulumi/automation/index.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type TestWorkspace, testWorkspace } from "../../../engine/tests/automation/test-workspace.ts";
import { previewStack } from "../../../ops/plan.ts";
import { readApproval, withApproval } from "../../../ops/review/approved-plan.ts";
import { hashPlan, hashSteps } from "../../../ops/review/plan-hash.ts";
import { StepCollector } from "../../../ops/review/planned-step.ts";
import { captureOutput } from "../output.ts";

const PROGRAM = `
const random = require("@pulumi/random");
const pulumi = require("@pulumi/pulumi");
const length = Number(new pulumi.Config().require("length"));
new random.RandomPassword("password", { length });
`;

describe("an update that is held to a plan", () => {
  let workspace: TestWorkspace;
  let stack: Stack;
  beforeAll(async () => {
    workspace = await testWorkspace();
    const options = workspace.program(PROGRAM);
    stack = await LocalWorkspace.createStack({ stackName: "dev", workDir: options.workDir }, options);
    await stack.setConfig("length", { value: "12" });
  });
  afterAll(() => workspace.remove());

  const update = (hash: string) =>
    withApproval(readApproval(hash, "dev"), async (approved) => {
      await previewStack(stack, captureOutput(), { ...approved?.preview });
      approved?.check();
      if (approved !== undefined) await stack.up({ plan: approved.update.heldTo });
    });

  it("is done where the plan is the same, and refused before anything where it is another", async () => {
    const collector = new StepCollector();
    await previewStack(stack, captureOutput(), { watch: (event) => collector.accept(event) });
    const hash = hashPlan(hashSteps(collector.steps));
    await stack.setConfig("length", { value: "13" });
    await expect(update(hash)).rejects.toThrow("the plan is another than the one that was approved");
    expect((await stack.exportStack()).deployment.resources ?? []).toEqual([]);
    await stack.setConfig("length", { value: "12" });
    await update(hash);
    expect((await stack.exportStack()).deployment.resources).toHaveLength(3);
  });
});
