import fc from "fast-check";
import { computed } from "../../src/protocol/property-value.ts";
import { program, THING } from "./cloud.ts";

/** What a random program wants of one resource. */
export interface Wish {
  readonly value: number;
  readonly zone: number;
  readonly deleteFirst: boolean;
  /** Indexes of earlier resources. */
  readonly needs: readonly number[];
  readonly present: boolean;
}

const wish = fc.record({
  value: fc.nat(1),
  zone: fc.nat(1),
  deleteFirst: fc.boolean(),
  needs: fc.array(fc.nat(6), { maxLength: 2 }),
  present: fc.boolean(),
});

/** The wishes of one random program. */
export const wishes = fc.array(wish, { minLength: 1, maxLength: 7 });

/** A program of wishes: each resource is named after its index, and takes the ids of what it needs. */
export function programOf(all: readonly Wish[]): ReturnType<typeof program> {
  return program(async (p) => {
    const made: (Promise<{ urn: string; id: string }> | undefined)[] = [];
    for (const [i, one] of all.entries()) {
      if (!one.present) {
        made.push(undefined);
        continue;
      }
      const needed = one.needs.map((j) => (j < i ? made[j] : undefined)).filter((dep) => dep !== undefined);
      made.push(
        Promise.all(needed).then((deps) => {
          const { value, zone, deleteFirst } = one;
          const dependencies = [...new Set(deps.map((dep) => dep.urn))];
          const inputs = {
            value,
            zone,
            deleteFirst,
            of: deps.map((dep) => (dep.id === "" ? computed : dep.id)),
            replaceOn: ["zone", "of"],
          };
          const propertyDependencies = { of: dependencies };
          return p.resource(THING, `r${i}`, inputs, { dependencies, propertyDependencies });
        }),
      );
    }
    await Promise.all(made);
  });
}
