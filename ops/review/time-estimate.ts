import type { Change } from "./change.ts";

/** How long an update takes, as far as one can say. */
export interface TimeEstimate {
  readonly seconds: number;
  /** What the figure rests on. */
  readonly from: "figures by type";
}

/** Seconds that a step of a type takes, on a quiet machine or at the vendor; what is not listed takes a second. */
const SECONDS: readonly { readonly type: RegExp; readonly seconds: number }[] = [
  { type: /^docker:.*RemoteImage$/, seconds: 30 },
  { type: /^docker:.*Container$/, seconds: 10 },
  { type: /^kubernetes:apps\/v1:/, seconds: 40 },
  { type: /^kubernetes:batch\/v1:Job$/, seconds: 60 },
  { type: /^mongodbatlas:.*AdvancedCluster$/, seconds: 600 },
  { type: /^mongodbatlas:.*SearchIndex$/, seconds: 120 },
  { type: /^mongodbatlas:.*(NetworkPeering|PrivateLinkEndpoint)/, seconds: 120 },
  { type: /^aura:index:Instance$/, seconds: 300 },
];

/** A sum of figures by type: steps that run side by side make it shorter. */
export function estimateTime(changes: readonly Change[]): TimeEstimate {
  const worked = changes.filter(({ new: state, old }) => (state ?? old)?.custom === true);
  const seconds = worked.reduce((sum, { type, op }) => sum + secondsOf(type) * (op === "replace" ? 2 : 1), 0);
  return { seconds, from: "figures by type" };
}

function secondsOf(type: string): number {
  return SECONDS.find((row) => row.type.test(type))?.seconds ?? 1;
}
