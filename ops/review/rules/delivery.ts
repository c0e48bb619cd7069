import { z } from "zod";
import { STACK_TYPE } from "../planned-step.ts";
import { leavesOf, SECRET, UNKNOWN, type Value, valueAt } from "../values.ts";
import { isPods } from "./exposure.ts";
import type { Rule } from "./rule.ts";
import { changedLeaves } from "./safeguards.ts";

/** Percent of the requests that may move to the other backend at once. */
const LARGEST_STEP = 25;

/** What runs, and who answers. */
export const deliveryRules: readonly Rule[] = [
  {
    id: "weight-jump",
    level: "danger",
    about: `more than ${LARGEST_STEP} % of the requests move to the other backend at once`,
    find: ({ type, old, new: state }) => {
      const moved = weightsOf(type, old).flatMap(([path, was]) => {
        const is = weightsOf(type, state).find(([other]) => other === path)?.[1];
        return is !== undefined && Math.abs(is - was) > LARGEST_STEP ? [{ was, is }] : [];
      });
      const [first] = moved.sort((a, b) => a.was - b.was);
      return first && `weight ${first.was} → ${first.is}: steps of at most ${LARGEST_STEP} can be watched`;
    },
  },
  {
    id: "image-without-digest",
    level: "danger",
    about: "an image is named by a tag, which may be another one tomorrow",
    find: ({ type, new: state }) => {
      if (!isPods(type)) return undefined;
      const loose = imagesOf(state?.inputs).filter(([, image]) => !isPinned(image));
      return loose.length === 0 ? undefined : `no digest: ${loose.map(([, image]) => image).join(", ")}`;
    },
  },
  {
    id: "image-changed",
    level: "review",
    about: "other code runs",
    find: ({ type, op, old, new: state }) => {
      if (type === "docker:index/remoteImage:RemoteImage" && (op === "replace" || op === "update")) {
        return `another image: ${String(valueAt(old?.inputs, "name"))} → ${String(valueAt(state?.inputs, "name"))}`;
      }
      if (!isPods(type) || old === undefined || state === undefined) return undefined;
      const before = imagesOf(old.inputs);
      const other = imagesOf(state.inputs).filter(
        ([path, image]) => image !== UNKNOWN && before.some(([at, was]) => at === path && was !== image),
      );
      return other.length === 0 ? undefined : `another image: ${other.map(([, image]) => image).join(", ")}`;
    },
  },
  {
    id: "capacity-shrunk",
    level: "danger",
    about: "a cluster or a service gets fewer or smaller servers, or less disk",
    find: ({ old, new: state }) => {
      const smaller = changedLeaves(old?.inputs, state?.inputs).find(
        ({ path, was, is }) => SIZES.test(path) && isSmaller(was, is),
      );
      return smaller && `${smaller.path.split(".").pop()}: ${String(smaller.was)} → ${String(smaller.is)}`;
    },
  },
];

const SIZES =
  /(electableSpecs\.(instanceSize|nodeCount|diskSizeGb)|computeMaxInstanceSize|minReplicas|maxReplicas|(^|\.)replicas|storage)$/;

function isSmaller(was: Value, is: Value | undefined): boolean {
  const [before, after] = [sizeOf(was), sizeOf(is)];
  return before !== undefined && after !== undefined && after < before;
}

/** `M30` < `M50`, `8GB` < `16GB`, 2 < 3. */
function sizeOf(value: Value | undefined): number | undefined {
  if (typeof value === "number") return value;
  const digits = typeof value === "string" ? /^[A-Z]*(\d+)(?:[A-Za-z]*)$/.exec(value)?.[1] : undefined;
  return digits === undefined ? undefined : Number(digits);
}

type State = { readonly inputs: Value; readonly outputs: Value } | undefined;

/** Weights by where they stand: of routes, and the share that the stack says Python answers. */
function weightsOf(type: string, state: State): (readonly [string, number])[] {
  if (state === undefined) return [];
  if (type === STACK_TYPE) {
    const weight = valueAt(state.outputs, "pythonWeight");
    return typeof weight === "number" ? [["pythonWeight", weight]] : [];
  }
  return splitsOf(valueAt(state.inputs, "spec.rules")).flatMap(({ matches, backendRefs }) =>
    backendRefs.map(({ name, weight = 1 }) => [JSON.stringify([matches, name]), weight] as const),
  );
}

const splitSchema = z.object({
  matches: z.unknown().optional(),
  backendRefs: z.array(z.object({ name: z.string(), weight: z.number().optional() })).min(2),
});

/** Rules of a route that share requests out. They are known by what they match: their places shift as others come and go. */
function splitsOf(rules: Value | undefined): readonly z.infer<typeof splitSchema>[] {
  return (Array.isArray(rules) ? rules : []).flatMap((rule) => splitSchema.safeParse(rule).data ?? []);
}

function imagesOf(inputs: Value | undefined): (readonly [string, string])[] {
  return leavesOf(inputs).flatMap(([path, value]) =>
    /(^|\.)image$/.test(path) && typeof value === "string" ? [[path, value] as const] : [],
  );
}

function isPinned(image: string): boolean {
  return /sha256:[0-9a-f]{64}$/.test(image) || image === UNKNOWN || image === SECRET;
}
