import type { ServiceHealth } from "../../contracts/release.ts";
import { messageOf } from "../errors.ts";
import type { LiveCluster, LiveObject } from "./live-cluster.ts";

/** Services by the workloads that run them. */
export async function workloadsHealth(
  services: { readonly [service: string]: { readonly name: string } },
  connect: () => Promise<Pick<LiveCluster, "list">>,
  namespace: string,
): Promise<{ [service: string]: ServiceHealth }> {
  try {
    const cluster = await connect();
    const kinds = ["Deployment", "StatefulSet"].map((kind) => cluster.list("apps/v1", kind, namespace));
    const workloads = (await Promise.all(kinds)).flat();
    return mapServices(services, ({ name }) =>
      judgeWorkload(
        name,
        workloads.find(({ metadata }) => metadata?.name === name),
      ),
    );
  } catch (error) {
    const reason = `the cluster does not answer: ${messageOf(error)}`;
    return mapServices(services, () => ({ state: "unknown", reason }));
  }
}

/** A workload is up when all its pods are ready and of its newest revision. */
export function judgeWorkload(name: string, workload: LiveObject | undefined): ServiceHealth {
  if (workload === undefined) return { state: "down", reason: `there is no workload ${name}` };
  const { ready, wanted, says } = podsOf(workload);
  return { state: ready >= wanted ? "up" : "down", reason: says };
}

/** A Deployment or a StatefulSet, as far as its pods are counted. */
export interface Counted {
  readonly spec?: { readonly replicas?: unknown };
  readonly status?: { readonly readyReplicas?: unknown; readonly updatedReplicas?: unknown };
}

/** How many pods of a workload are ready and of its newest revision, of those that are wanted. */
export function podsOf({ spec, status }: Counted): { ready: number; wanted: number; says: string } {
  const wanted = Number(spec?.replicas ?? 1);
  const ready = Math.min(Number(status?.readyReplicas ?? 0), Number(status?.updatedReplicas ?? 0));
  return { ready, wanted, says: `${ready} of ${wanted} pods are ready` };
}

function mapServices<Service>(
  services: { readonly [name: string]: Service },
  judge: (service: Service) => ServiceHealth,
): { [name: string]: ServiceHealth } {
  return Object.fromEntries(Object.entries(services).map(([name, service]) => [name, judge(service)]));
}
