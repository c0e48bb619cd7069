import type { Change } from "./change.ts";
import type { PastUpdate } from "./past-updates.ts";

/** How long an update takes, as far as one can say. */
export interface TimeEstimate {
  readonly seconds: number;
  /** What the figure rests on: `sum of figures by type of resource`, `as 3 releases with 2 to 8 changes took`. */
  readonly from: string;
}

/** Seconds that a step of a type takes, on a quiet machine or at the vendor; what is not listed takes a second. */
const SECONDS: readonly { readonly type: RegExp; readonly seconds: number }[] = [
  { type: /^docker:.*RemoteImage$/, seconds: 30 },
  { type: /^docker:.*Container$/, seconds: 10 },
  { type: /^kubernetes:apps\/v1:/, seconds: 40 },
  { type: /^kubernetes:batch\/v1:Job$/, seconds: 60 },
  { type: /^kubernetes:ray\.io\/v1:RayJob$/, seconds: 180 },
  { type: /^mongodbatlas:.*AdvancedCluster$/, seconds: 600 },
  { type: /^mongodbatlas:.*SearchIndex$/, seconds: 120 },
  { type: /^mongodbatlas:.*(NetworkPeering|PrivateLinkEndpoint)/, seconds: 120 },
  { type: /^aura:index:Instance$/, seconds: 300 },
];

/**
 * What earlier releases took that changed about as many resources, at least half and at most twice: the one in the
 * middle. Without such releases a sum of figures by type: steps that run side by side make it shorter.
 */
export function estimateTime(changes: readonly Change[], past: readonly PastUpdate[] = []): TimeEstimate {
  const worked = changes.filter(({ new: state, old }) => (state ?? old)?.custom === true);
  const [least, most] = [Math.ceil(worked.length / 2), worked.length * 2];
  const alike = past.filter(({ changed }) => changed > 0 && changed >= least && changed <= most);
  const middle = alike.map(({ seconds }) => seconds).sort((a, b) => a - b)[Math.floor(alike.length / 2)];
  if (middle !== undefined) {
    const which = alike.length === 1 ? "the release" : `${alike.length} releases`;
    return { seconds: Math.round(middle), from: `as ${which} with ${least} to ${most} changes took` };
  }
  const seconds = worked.reduce((sum, { type, op }) => sum + secondsOf(type) * (op === "replace" ? 2 : 1), 0);
  return { seconds, from: "sum of figures by type of resource" };
}

function secondsOf(type: string): number {
  return SECONDS.find((row) => row.type.test(type))?.seconds ?? 1;
}
