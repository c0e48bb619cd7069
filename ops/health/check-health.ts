import { setTimeout as delay } from "node:timers/promises";
import type { HealthVerdict, ServiceHealth } from "../../contracts/release.ts";
import type { StackOutputs } from "../../contracts/stack-outputs.ts";
import type { ClusterAccess } from "../cluster-access.ts";
import { containerHealth, type Restarts, readRestarts } from "./docker-health.ts";
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

/** A service may end a few times before what it needs is there; one that ends this often does not come up. */
const TOO_MANY_ENDS = 5;

/** Looks again until all is healthy, at most as long as given, and no longer where a container ends again and again. */
export async function awaitHealth(
  subject: HealthSubject,
  options: { readonly milliseconds: number; readonly signal?: AbortSignal },
): Promise<HealthVerdict> {
  const deadline = performance.now() + options.milliseconds;
  let before: AllRestarts | undefined;
  for (;;) {
    const health = await checkHealth(subject);
    const isOver = performance.now() >= deadline || options.signal?.aborted === true;
    if (health.verdict === "healthy" || isOver) return health;
    const restarts = await restartsOf(subject);
    before ??= restarts;
    const endless = thoseEnding(before, restarts);
    if (Object.keys(endless).length > 0) return judgeHealth({ ...health.services, ...endless });
    await delay(PAUSE_MILLISECONDS);
  }
}

type AllRestarts = { readonly [service: string]: Restarts };

/** Of Docker's services. */
async function restartsOf({ outputs: { cloud, services } }: HealthSubject): Promise<AllRestarts> {
  if (cloud !== undefined) return {};
  const asked = Object.entries(services).map(
    async ([service, { name }]) => [service, await readRestarts(name)] as const,
  );
  return Object.fromEntries(await Promise.all(asked));
}

/** Services that end again and again. What ended often before gets one more try: what was changed may have mended it. */
function thoseEnding(before: AllRestarts, now: AllRestarts): { [service: string]: ServiceHealth } {
  const isEndless = ([service, { count, isBetweenRuns }]: [string, AllRestarts[string]]) =>
    isBetweenRuns && count >= TOO_MANY_ENDS && count > (before[service]?.count ?? 0);
  return Object.fromEntries(
    Object.entries(now)
      .filter(isEndless)
      .map(([service, { count }]) => [
        service,
        { state: "down", reason: `container keeps ending (${count} restarts)` },
      ]),
  );
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
