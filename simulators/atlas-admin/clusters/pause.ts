import type { ClusterChange } from "../bodies/cluster.ts";
import { AtlasFailure } from "../errors.ts";
import { type Json, textAt } from "../json.ts";
import type { Simulation } from "../simulation.ts";

/** How long a cluster runs after it was resumed before it may be paused again. */
const PAUSE_AFTER_MS = 60 * 60_000;

/** Pausing and resuming are changes of their own. @throws AtlasFailure */
export function checkPause(simulation: Simulation, cluster: Json, change: ClusterChange): void {
  const name = textAt(cluster, "name");
  const others = Object.keys(change).filter((key) => key !== "paused");
  if (cluster["paused"] === true && change.paused !== false) {
    throw new AtlasFailure("CANNOT_UPDATE_PAUSED_CLUSTER", [name]);
  }
  if (change.paused === undefined || change.paused === cluster["paused"]) return;
  if (others.length > 0) {
    const code = change.paused ? "CANNOT_UPDATE_AND_PAUSE_CLUSTER" : "CANNOT_UPDATE_PAUSED_CLUSTER";
    throw new AtlasFailure(code, [name]);
  }
  if (!change.paused) {
    cluster["$resumedAt"] = simulation.clock.now;
    return;
  }
  const resumed = cluster["$resumedAt"];
  if (typeof resumed === "number" && simulation.clock.now - resumed < PAUSE_AFTER_MS) {
    throw new AtlasFailure("CANNOT_PAUSE_RECENTLY_RESUMED_CLUSTER", [name]);
  }
}
