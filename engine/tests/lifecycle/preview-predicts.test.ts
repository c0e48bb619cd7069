import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Cloud } from "./cloud.ts";
import { programOf, wishes } from "./random-wishes.ts";

describe("a preview", () => {
  it("names the very steps that the update then takes, where nothing hangs on values that it cannot know", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(wishes, { minLength: 1, maxLength: 4 }), async (programs) => {
        const stack = new Cloud().stack();
        for (const all of programs) {
          const preview = await stack.preview(programOf(all));
          const up = await stack.up(programOf(all));
          expect([...preview.steps].sort()).toEqual([...up.steps].sort());
          expect(preview.changes).toEqual(up.changes);
        }
      }),
      { numRuns: 60 },
    );
  });
});
