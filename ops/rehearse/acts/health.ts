import type { LiveObject } from "../../health/live-cluster.ts";
import type { ActRecord } from "../act.ts";
import type { World } from "../world.ts";

const GATEWAY_API = "gateway.networking.k8s.io/v1";

/** Looks at what is live: every rollout complete, the database up, the traffic split as it should be. */
export async function checkHealth(
  world: World,
  record: ActRecord,
  expected: { readonly pythonWeight: number },
): Promise<void> {
  const namespace = await namespaceOf(world);
  const availability = await world.cluster.availability(namespace);
  const short = Object.entries(availability).filter(([, pods]) => new Set(pods.split("/")).size > 1);
  record.check("deployments", Object.keys(availability).length > 0, true);
  record.check("deployments that lack pods", short, []);
  record.check("states of the document clusters", await world.atlas.clusterStates(), ["IDLE"]);
  record.check("share of Python, percent", await pythonShare(world), expected.pythonWeight);
}

/** Namespace of the stack. */
export async function namespaceOf(world: World): Promise<string> {
  const namespaces = await world.cluster.list("v1", "Namespace");
  const ours = namespaces
    .map(({ metadata }) => metadata?.name ?? "")
    .filter((name) => name.startsWith("trials"));
  return ours[0] ?? "";
}

/** Share of the requests of the API that the live route sends to Python. */
export async function pythonShare(world: World): Promise<number> {
  const routes = await world.cluster.list(GATEWAY_API, "HTTPRoute", await namespaceOf(world));
  const weighted = routes.flatMap(rulesOf).find((backends) => backends.length > 1) ?? [];
  return weighted.find(({ name }) => name?.includes("python"))?.weight ?? 0;
}

interface BackendReference {
  readonly name?: string;
  readonly weight?: number;
}

function rulesOf({ spec }: LiveObject): BackendReference[][] {
  const rules = (spec?.["rules"] ?? []) as { readonly backendRefs?: BackendReference[] }[];
  return rules.map(({ backendRefs }) => backendRefs ?? []);
}
