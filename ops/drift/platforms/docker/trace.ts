import { keyOf, topLevelOf } from "../../canonical.ts";
import type { ManagedResource } from "../../recorded.ts";
import type { Trace } from "../live-reader.ts";
import { timeOf } from "../time.ts";
import { type DockerEvent, findTrace } from "./events.ts";
import type { LiveContainer } from "./shape.ts";

/** Properties that `docker update` changes. */
const UPDATED = new Set([
  "memory",
  "memorySwap",
  "memoryReservation",
  "kernelMemory",
  "cpus",
  "cpuShares",
  "cpuPeriod",
  "cpuQuota",
  "cpuRealtimePeriod",
  "cpuRealtimeRuntime",
  "cpuSet",
  "cpuSetMems",
  "blkioWeight",
  "pidsLimit",
  "restart",
  "maxRetryCount",
]);

/** What is known of how a container came to be as it is. */
export interface ContainerHistory {
  readonly live: LiveContainer;
  readonly resource: ManagedResource;
  readonly events: readonly DockerEvent[];
  /** Network name -> URN of the network, where that one has drifted itself. */
  readonly drifted: ReadonlyMap<string, string>;
}

/** The likely cause of one property's difference. */
export function traceContainer(property: string, history: ContainerHistory): Trace {
  const { live, resource, events } = history;
  if (live.Id !== resource.id) return recreated(live);
  const subjects = [live.Id];
  const name = topLevelOf(property);
  if (name === "networksAdvanced") return traceNetwork(keyOf(property) ?? "", history);
  if (name === "state") {
    const found = findTrace(events, { subjects, actions: ["stop", "kill", "pause", "die"] });
    return found ?? { what: "stopped", who: null, when: timeOf(live.State.FinishedAt) };
  }
  if (name === "name") {
    return (
      findTrace(events, { subjects, actions: ["rename"] }) ?? { what: "docker rename", who: null, when: null }
    );
  }
  if (UPDATED.has(name)) {
    return (
      findTrace(events, { subjects, actions: ["update"] }) ?? { what: "docker update", who: null, when: null }
    );
  }
  return { what: "changed in place", who: null, when: null };
}

function recreated(live: LiveContainer): Trace {
  const compose = live.Config.Labels?.["com.docker.compose.project"];
  return {
    what: "made anew under the same name",
    who: compose === undefined ? null : `docker compose, project ${compose}`,
    when: timeOf(live.Created),
  };
}

function traceNetwork(network: string, { live, events, drifted }: ContainerHistory): Trace {
  const follows = drifted.get(network);
  if (follows !== undefined) return { what: "follows its network", who: null, when: null, follows };
  const found = findTrace(events, {
    subjects: [network],
    actions: ["connect", "disconnect"],
    attribute: ["container", live.Id],
  });
  return found ?? { what: "docker network connect or disconnect", who: null, when: null };
}
