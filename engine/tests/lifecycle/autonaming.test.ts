import { describe, expect, it } from "vitest";
import type { CheckRequest } from "../../src/providers/provider.ts";
import type { TestRun } from "../../src/testing/index.ts";
import { Cloud, program, THING } from "./cloud.ts";

const named = (naming: unknown) => ({
  values: { "pulumi:autonaming": JSON.stringify(naming) },
  secretKeys: [],
});

function warnings(run: TestRun): readonly string[] {
  const said = run.events.flatMap((event) => (event.kind === "diagnostic" ? [event.diagnostic] : []));
  return said.filter(({ severity }) => severity === "warning").map(({ message }) => message.trimEnd());
}

describe("automatic names", () => {
  it("without randomness have the old object deleted first, whatever the program says", async () => {
    const cloud = new Cloud();
    const stack = cloud.stack({ config: named({ mode: "verbatim" }) });
    const one = (value: number) =>
      program((p) => p.resource(THING, "a", { value, replaceOn: "value" }, { deleteBeforeReplace: false }));
    await stack.up(one(1));
    await stack.up(one(2));
    expect(cloud.calls).toEqual(["create a", "delete a", "create a"]);
  });

  it("that a provider knows nothing of are warned of where they were surely meant", async () => {
    const asked: CheckRequest["autonaming"][] = [];
    const functions = {
      check: async ({ news, autonaming }: CheckRequest) => {
        asked.push(autonaming);
        return { inputs: news, failures: [], ignoresAutonaming: autonaming !== undefined };
      },
    };
    const one = program((p) => p.resource(THING, "a"));
    const rule = { pattern: "${name}-x" };
    const specific = { providers: { fake: rule } };
    expect(warnings(await new Cloud().stack({ functions, config: named(rule) }).up(one))).toEqual([]);
    expect(warnings(await new Cloud().stack({ functions, config: named(specific) }).up(one))).toEqual([
      "urn:pulumi:test::proj::fake:index:Thing::a resource has a custom autonaming setting but the provider does not " +
        "support autonaming configuration, consider upgrading to a newer version",
    ]);
    expect(asked).toEqual([
      { mode: "propose", name: "a-x" },
      { mode: "propose", name: "a-x" },
    ]);
  });

  it("that are set wrongly are refused before anything is done", async () => {
    const cloud = new Cloud();
    const stack = cloud.stack({ config: named({ mode: "loud" }) });
    await expect(stack.up(program((p) => p.resource(THING, "a")))).rejects.toThrow(
      "getting autonaming config: failed to resolve root naming config: invalid naming mode: loud",
    );
    expect(cloud.calls).toEqual([]);
  });
});
