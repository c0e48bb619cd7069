import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { computed } from "../../../../engine/src/index.ts";
import { serializeDeployment } from "../../../../engine/src/state/checkpoint-write.ts";
import type { TestStack } from "../../../../engine/src/testing/index.ts";
import { Cloud } from "../../../../engine/tests/lifecycle/cloud.ts";
import { type Checkpoint, readCheckpoint } from "../../../../ops/rollback/replay/checkpoint.ts";
import { planReplay } from "../../../../ops/rollback/replay/plan-replay.ts";
import { replayProgram } from "../../../../ops/rollback/replay/replay-program.ts";
import { programOf, wishes } from "./random-program.ts";
import { sdkProgram } from "./sdk-program.ts";

/** A cloud that gives everything it makes a text of its own, and knows what it was never asked to make. */
function serialCloud(): TestStack {
  let serial = 0;
  const nextSerial = () => `serial-${String(++serial).padStart(8, "0")}`;
  return new Cloud().stack({
    functions: {
      create: async ({ name, inputs, preview }) =>
        preview
          ? { id: "", outputs: { ...inputs, serial: computed } }
          : { id: `${name}-${++serial}`, outputs: { ...inputs, serial: nextSerial() } },
      update: async ({ newInputs, oldOutputs, preview }) => ({
        outputs: { ...newInputs, serial: preview ? computed : (oldOutputs["serial"] ?? null) },
      }),
      delete: async () => undefined,
      read: async ({ id }) => ({ id, inputs: {}, outputs: { serial: `read-${id}` } }),
    },
  });
}

async function recordedIn(stack: TestStack): Promise<Checkpoint> {
  const exported = JSON.parse(serializeDeployment(await stack.store.load())) as { deployment: unknown };
  return readCheckpoint(exported.deployment);
}

/** What a checkpoint says without what differs from one making to the next. */
function essence({ resources }: Checkpoint): unknown {
  const text = JSON.stringify(
    [...resources]
      .sort((a, b) => (a.urn < b.urn ? -1 : 1))
      .map(({ dependencies, ...rest }) => ({
        ...rest,
        dependencies: [...dependencies].sort(),
      })),
  );
  return JSON.parse(text.replaceAll(/serial-\d+/g, "serial").replaceAll(/"(r\d)-\d+/g, '"$1-id'));
}

describe("the replay of a recorded checkpoint", () => {
  it("is what the program was: nothing to do on a stack that is up, and nothing else is recorded", async () => {
    await fc.assert(
      fc.asyncProperty(wishes, async (all) => {
        const stack = serialCloud();
        const up = await stack.up(sdkProgram(programOf(all)));
        expect(up.told).toEqual([]);
        const recorded = await recordedIn(stack);
        const replay = sdkProgram(replayProgram(planReplay(recorded, recorded)));
        const preview = await stack.preview(replay);
        expect(preview.told).toEqual([]);
        expect(Object.keys(preview.changes).filter((op) => op !== "read")).toEqual(["same"]);
        const again = await stack.up(replay);
        expect(Object.keys(again.changes).filter((op) => op !== "read")).toEqual(["same"]);
        expect(essence(await recordedIn(stack))).toEqual(essence(recorded));
      }),
      { numRuns: 25 },
    );
  });

  it("brings back what was there before another program ran, and the first program finds nothing to do", async () => {
    await fc.assert(
      fc.asyncProperty(wishes, wishes, async (before, after) => {
        const stack = serialCloud();
        await stack.up(sdkProgram(programOf(before)));
        const recorded = await recordedIn(stack);
        expect((await stack.up(sdkProgram(programOf(after)))).told).toEqual([]);
        const replay = planReplay(recorded, await recordedIn(stack));
        expect((await stack.up(sdkProgram(replayProgram(replay)))).told).toEqual([]);
        const original = await stack.preview(sdkProgram(programOf(before)));
        expect(Object.keys(original.changes).filter((op) => op !== "read")).toEqual(["same"]);
      }),
      { numRuns: 25 },
    );
  });
});
