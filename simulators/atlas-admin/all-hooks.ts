import { backupHooks } from "./backup-hooks.ts";
import { clusterHooks } from "./clusters/cluster-hooks.ts";
import { privateEndpointHooks } from "./private-endpoint-hooks.ts";
import { searchHooks } from "./search-hooks.ts";
import type { Hook } from "./simulation.ts";

/** All that happens when rows change their state. */
export const allHooks: readonly Hook[] = [
  ...clusterHooks,
  ...backupHooks,
  ...privateEndpointHooks,
  ...searchHooks,
];
