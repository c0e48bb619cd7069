import { describe, expect, it } from "vitest";
import { plain } from "../../src/display/paint.ts";
import { renderReasons } from "../../src/display/render-reasons.ts";
import { computed } from "../../src/protocol/property-value.ts";
import type { TestRun } from "../../src/testing/index.ts";
import { Cloud, program, THING } from "./cloud.ts";

/** Three resources, each taking the id of the one before. */
function chain(zone: number, deleteFirst: boolean) {
  return program(async (p) => {
    const made = [await p.resource(THING, "a", { zone, deleteFirst, replaceOn: ["zone"] })];
    for (const name of ["b", "c"]) {
      const [before] = made;
      if (before === undefined) throw new Error("nothing was made");
      const inputs = { of: before.id === "" ? computed : before.id, deleteFirst, replaceOn: ["of"] };
      const dependencies = [before.urn];
      made.unshift(
        await p.resource(THING, name, inputs, { dependencies, propertyDependencies: { of: dependencies } }),
      );
    }
  });
}

const reasons = (run: TestRun) =>
  renderReasons(
    run.events.flatMap((event) => (event.kind === "resource-pre" ? [event.step] : [])),
    plain,
  );

describe("the reasons of replacements", () => {
  it.each([false, true])("go back to the first change, deletes first: %s", async (deleteFirst) => {
    const stack = new Cloud().stack();
    await stack.up(chain(1, deleteFirst));
    const text = [
      "Replacements:",
      "    fake:index:Thing a: replaced because a changes zone",
      "    fake:index:Thing b: replaced because a changes zone → b changes of",
      "    fake:index:Thing c: replaced because a changes zone → b changes of → c changes of",
      "\n",
    ].join("\n");
    expect(reasons(await stack.preview(chain(2, deleteFirst)))).toBe(text);
    expect(reasons(await stack.up(chain(2, deleteFirst)))).toBe(text);
    expect(reasons(await stack.up(chain(2, deleteFirst)))).toBe("");
  });

  it("say so where a person asked", async () => {
    const stack = new Cloud().stack();
    await stack.up(chain(1, false));
    const run = await stack.preview(chain(1, false), { replaces: [`urn:pulumi:test::proj::${THING}::a`] });
    expect(reasons(run)).toContain("Thing a: replaced because a is to be replaced\n");
    expect(reasons(run)).toContain("Thing b: replaced because a is to be replaced → b changes of\n");
  });
});
