import { setTimeout as delay } from "node:timers/promises";
import type { HealthVerdict, ServiceHealth } from "../../contracts/release.ts";
import type { StackOutputs } from "../../contracts/stack-outputs.ts";
import type { ClusterAccess } from "../cluster-access.ts";
import { containerHealth } from "./docker-health.ts";
import { gatewayHealth } from "./gateway-health.ts";
import { workloadsHealth } from "./kubernetes-health.ts";

/** A running environment, by what its stack's outputs tell. */
export interface HealthSubject {
  readonly outputs: StackOutputs;
  /** Where the services of a cloud stack run. @default as kubectl would */
  readonly cluster?: ClusterAccess | undefined;
}

/** Looks at every service once. Never throws: what cannot be asked is unknown. */
export async function checkHealth(subject: HealthSubject): Promise<HealthVerdict> {
  const { cloud, services } = subject.outputs;
  if (cloud === undefined) return judgeHealth(await dockerServices(subject.outputs));
  const connect = async () => {
    const { LiveCluster } = await import("./live-cluster.ts");
    return new LiveCluster(subject.cluster ?? {});
  };
  return judgeHealth(await workloadsHealth(services, connect, cloud.namespace));
}

const PAUSE_MILLISECONDS = 500;

/** Looks again until all is healthy, at most as long as given. */
export async function awaitHealth(
  subject: HealthSubject,
  options: { readonly milliseconds: number; readonly signal?: AbortSignal },
): Promise<HealthVerdict> {
  const deadline = performance.now() + options.milliseconds;
  for (;;) {
    const health = await checkHealth(subject);
    const isOver = performance.now() >= deadline || options.signal?.aborted === true;
    if (health.verdict === "healthy" || isOver) return health;
    await delay(PAUSE_MILLISECONDS);
  }
}

/** The verdict over services: one that is down makes it unhealthy, one that cannot be asked makes it unknown. */
export function judgeHealth(services: { readonly [name: string]: ServiceHealth }): HealthVerdict {
  const states = Object.values(services).map(({ state }) => state);
  if (states.includes("down")) return { verdict: "unhealthy", services };
  const isUnknown = states.length === 0 || states.includes("unknown");
  return { verdict: isUnknown ? "unknown" : "healthy", services };
}

/** The gateway is up when it also answers from here. */
async function dockerServices({
  services,
  gatewayUrl,
}: StackOutputs): Promise<{ [name: string]: ServiceHealth }> {
  const asked = Object.entries(services).map(async ([service, { name }]) => {
    const health = await containerHealth(name);
    const isDoor = service === "gateway" && health.state === "up";
    return [service, isDoor ? await gatewayHealth(gatewayUrl) : health] as const;
  });
  return Object.fromEntries(await Promise.all(asked));
}
