import { describe, expect, it } from "vitest";
import type { ResourceState } from "../../src/state/resource.ts";
import { Cloud, program, THING, urnOf } from "./cloud.ts";

const [A, B, C] = [urnOf("a"), urnOf("b"), urnOf("c")];

/** `a`, `b` and `c`, each needing those before, and copies that wait for their deletion: two of `a`, one of `c`. */
async function withCopies() {
  const cloud = new Cloud();
  const stack = cloud.stack();
  await stack.up(
    program(async (p) => {
      await p.resource(THING, "a");
      await p.resource(THING, "b", {}, { dependencies: [A] });
      await p.resource(THING, "c", {}, { dependencies: [A, B] });
    }),
  );
  const { resources, ...rest } = await stack.store.load();
  const copy = (urn: string, id: string): ResourceState[] =>
    resources
      .filter((resource) => resource.urn === urn)
      .map((resource) => ({ ...resource, id, delete: true }));
  const copies = [...copy(A, "a-old"), ...copy(A, "a-older"), ...copy(C, "c-old")];
  for (const { id } of copies) cloud.objects.set(id, {});
  await stack.store.save({ ...rest, resources: [...resources, ...copies] });
  return { cloud, stack };
}

const KEPT = ["b-2", "c-3", "a-older", "c-old"];

describe("a refresh where copies wait for their deletion", () => {
  it.each<readonly [string, readonly string[], number]>([
    ["everything", [], 6],
    ["what has copies", [A], 3],
    ["what has copies and what needs it", [A, B], 4],
    ["all by name", [A, B, C], 6],
  ])("reads them with %s, and drops what is gone", async (_, targets, expected) => {
    const { cloud, stack } = await withCopies();
    for (const id of ["a-1", "a-old"]) cloud.objects.delete(id);
    let reads = 0;
    cloud.during = () => void reads++;
    const { snapshot } = await stack.refresh({ targets });
    expect(reads).toBe(expected);
    const left = snapshot.resources.filter(({ type }) => type === THING);
    expect(left.map(({ id }) => id)).toEqual(KEPT);
    // A copy of `a` still stands for it to what is a copy, too.
    expect(left.map(({ dependencies }) => dependencies)).toEqual([[], [B], [], [A, B]]);
  });

  it.each<readonly [readonly string[], number]>([
    [[B], 1],
    [[C], 2],
    [[B, C], 3],
  ])("leaves them where others are its targets: %j", async (targets, expected) => {
    const { cloud, stack } = await withCopies();
    for (const id of ["a-1", "a-old"]) cloud.objects.delete(id);
    let reads = 0;
    cloud.during = () => void reads++;
    const { snapshot } = await stack.refresh({ targets });
    expect(reads).toBe(expected);
    expect(snapshot.resources.filter(({ type }) => type === THING)).toHaveLength(6);
  });
});
