import { clusterHooks } from "./clusters/cluster-hooks.ts";
import type { Hook } from "./simulation.ts";

/** All that happens when rows change their state. */
export const allHooks: readonly Hook[] = [...clusterHooks];
