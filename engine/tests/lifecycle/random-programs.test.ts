import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Cloud, THING } from "./cloud.ts";
import { run } from "./random-runs.ts";
import { programOf, wishes } from "./random-wishes.ts";

describe("random programs with random failures", () => {
  it("leave sound state, lose no object, and converge when nothing fails any more", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(run, { minLength: 1, maxLength: 4 }), wishes, async (runs, last) => {
        const cloud = new Cloud();
        const stack = cloud.stack();
        const recordedIds = (
          resources: readonly { type: string; id: string; pendingReplacement: boolean }[],
        ) => resources.filter((r) => r.type === THING && !r.pendingReplacement).map((r) => r.id);
        for (const { wishes: all, failures, continueOnError } of runs) {
          for (const name of failures) cloud.failures.set(name, "refused");
          // Reading the state back checks its integrity.
          const { snapshot } = await stack.up(programOf(all), { continueOnError });
          expect(recordedIds(snapshot.resources)).toEqual(expect.arrayContaining([...cloud.objects.keys()]));
          expect(snapshot.pendingOperations).toEqual([]);
          cloud.failures.clear();
        }
        const done = await stack.up(programOf(last));
        expect(done.told).toEqual([]);
        expect(new Set(recordedIds(done.snapshot.resources))).toEqual(new Set(cloud.objects.keys()));
        expect(cloud.objects.size).toBe(last.filter((one) => one.present).length);
        const again = await stack.up(programOf(last));
        expect(Object.keys(again.changes)).toEqual(["same"]);
        await stack.destroy();
        expect(cloud.objects.size).toBe(0);
      }),
      { numRuns: 150 },
    );
  });
});
