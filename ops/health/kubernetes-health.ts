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
  const count = (field: string) => Number(workload.status?.[field] ?? 0);
  const wanted = Number(workload.spec?.["replicas"] ?? 1);
  const ready = Math.min(count("readyReplicas"), count("updatedReplicas"));
  return { state: ready >= wanted ? "up" : "down", reason: `${ready} of ${wanted} pods are ready` };
}

function mapServices<Service>(
  services: { readonly [name: string]: Service },
  judge: (service: Service) => ServiceHealth,
): { [name: string]: ServiceHealth } {
  return Object.fromEntries(Object.entries(services).map(([name, service]) => [name, judge(service)]));
}
