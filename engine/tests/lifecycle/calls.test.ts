import { describe, expect, it } from "vitest";
import type { InProcessProgram } from "../../src/execute/in-process-program.ts";
import type { PropertyMap } from "../../src/protocol/property-value.ts";
import { functionProgram } from "../../src/testing/index.ts";
import { Cloud, program, THING } from "./cloud.ts";

describe("the calls of a provider", () => {
  it("get old inputs to check, old outputs and inputs to compare, and outputs to delete", async () => {
    const seen: { readonly [what: string]: PropertyMap }[] = [];
    const cloud = new Cloud();
    const plain = cloud.provider();
    const stack = cloud.stack({
      functions: {
        check: async (request) => {
          seen.push({ checkOlds: request.olds });
          return { inputs: { ...request.news, filled: true }, failures: [] };
        },
        diff: async (request) => {
          const { oldInputs, oldOutputs, newInputs } = request;
          seen.push({ oldInputs, oldOutputs, newInputs });
          return plain.diff(request);
        },
        delete: async ({ oldInputs, oldOutputs }) => {
          seen.push({ deleted: oldOutputs, deletedInputs: oldInputs });
        },
      },
    });
    const one = (value: number) => program((p) => p.resource(THING, "a", { value }));
    await stack.up(one(1));
    await stack.up(one(2));
    await stack.destroy();
    expect(seen).toEqual([
      { checkOlds: {} },
      { checkOlds: { value: 1, filled: true } },
      {
        oldInputs: { value: 1, filled: true },
        oldOutputs: { value: 1, filled: true, serial: 1 },
        newInputs: { value: 2, filled: true },
      },
      {
        deleted: { value: 2, filled: true, serial: 2 },
        deletedInputs: { value: 2, filled: true },
      },
    ]);
  });

  it("go to the provider as it was recorded when no program says how it should be", async () => {
    const configured: unknown[] = [];
    const cloud = new Cloud();
    const plain = cloud.provider();
    const stack = cloud.stack({
      functions: {
        configure: async (request) => {
          configured.push(request.inputs["region"]);
          return plain.configure(request);
        },
      },
    });
    await stack.up(
      program(async (p) => {
        const provider = await p.provider("fake", "mine", { region: "moon" });
        await p.resource(THING, "a", {}, { provider });
      }),
    );
    await stack.destroy();
    expect(configured).toEqual(["moon", "moon"]);
  });
});

describe("a program that said it is done", () => {
  it("is let go when the deletions are over", async () => {
    const cloud = new Cloud();
    const stack = cloud.stack();
    await stack.up(program((p) => p.resource(THING, "a")));
    const base = functionProgram(async () => undefined);
    let deletedAtRelease = false;
    const watching: InProcessProgram = {
      ...base,
      evaluate(deployment, context) {
        const evaluation = base.evaluate(deployment, context);
        return {
          finished: evaluation.finished,
          release: () => {
            deletedAtRelease = cloud.calls.includes("delete a");
            return evaluation.release();
          },
        };
      },
    };
    await stack.up(watching);
    expect(deletedAtRelease).toBe(true);
  });
});
