import type { InProcessProgram } from "../../src/execute/in-process-program.ts";
import type { OperationKind, OperationOptions } from "../../src/operation.ts";
import { functionProgram } from "../../src/testing/index.ts";
import type { DiskCloud } from "./disk-cloud.ts";

const THING = "fake:index:Thing";

/** What is done in a run. */
export interface Deed {
  readonly kind: OperationKind;
  readonly program?: InProcessProgram;
  readonly options?: Partial<OperationOptions>;
}

/** One kind of change: what is there before, and what is killed and then done again. */
export interface CrashCase {
  readonly before?: Deed;
  /** What happens to the cloud in between. */
  readonly between?: (cloud: DiskCloud) => void;
  readonly deed: Deed;
  /** Owners of the objects that must be there in the end. */
  readonly left: readonly string[];
}

interface Wish {
  readonly value?: number;
  readonly zone?: string;
  readonly deleteFirst?: boolean;
  readonly withLast?: boolean;
  readonly importId?: string;
}

/** Two things, of which the second refers to the first. */
function pair({ value = 1, zone = "east", deleteFirst = false, withLast = true, importId = "" }: Wish): Deed {
  const program = functionProgram(async (p) => {
    const first = await p.resource(THING, "first", { value, zone, deleteFirst }, { importId });
    if (!withLast) return;
    const needs = { dependencies: [first.urn], propertyDependencies: { zone: [first.urn] } };
    await p.resource(THING, "last", { value, zone, deleteFirst }, needs);
  });
  return { kind: "update", program };
}

export const CASES = {
  create: { deed: pair({}), left: ["first", "last"] },
  update: { before: pair({}), deed: pair({ value: 2 }), left: ["first", "last"] },
  "replace, create first": { before: pair({}), deed: pair({ zone: "west" }), left: ["first", "last"] },
  "replace, delete first": {
    before: pair({ deleteFirst: true }),
    deed: pair({ zone: "west", deleteFirst: true }),
    left: ["first", "last"],
  },
  delete: { before: pair({}), deed: pair({ withLast: false }), left: ["first"] },
  destroy: { before: pair({}), deed: { kind: "destroy" }, left: [] },
  import: {
    between: (cloud) =>
      cloud.put("there", { owner: "first", inputs: { value: 1, zone: "east", deleteFirst: false } }),
    deed: pair({ withLast: false, importId: "there" }),
    left: ["first"],
  },
  refresh: {
    before: pair({}),
    between(cloud) {
      cloud.put("first-1", { owner: "first", inputs: { value: 7, zone: "east", deleteFirst: false } });
      cloud.remove("last-1");
    },
    deed: { kind: "refresh" },
    left: ["first"],
  },
} as const satisfies { readonly [name: string]: CrashCase };

export type CaseName = keyof typeof CASES;

export function crashCase(name: CaseName): CrashCase {
  return CASES[name];
}
