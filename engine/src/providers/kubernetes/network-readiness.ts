import { isPropertyArray } from "../../protocol/property-value.ts";
import { findMapAt, mapsAt, textAt } from "../plain-values.ts";
import { isNotFound, KubeError } from "./kube-error.ts";
import { type KubeObject, nameOf, namespaceOf, valueAt } from "./object.ts";
import { type Observation, READY, type Readiness, specOf, statusOf, waiting } from "./readiness.ts";

const NO_PODS =
  "Service does not target any Pods. Selected Pods may not be ready, or field '.spec.selector' may not match labels on any Pods";
const NO_SERVICE_ADDRESS = "Service was not allocated an IP address; does your cloud provider support this?";
const NO_TARGET = "Ingress has at least one rule with an unavailable target endpoint.";
const NO_INGRESS_ADDRESS =
  "Ingress .status.loadBalancer field was not updated with a hostname/IP address. " +
  "\n    for more information about this error, see https://pulumi.io/xdv72s";

/** Leads to a pod that is ready and, where it is a load balancer, has an address. */
export async function serviceReadiness({ live, api }: Observation): Promise<Readiness> {
  const needsAddress = textAt(specOf(live), "type") === "LoadBalancer" && !hasAddress(live);
  const needsPods = selectsPods(live) && !(await hasEndpoints(api, live));
  if (!needsAddress && !needsPods) return READY;
  const message = needsPods
    ? "[1/3] Finding Pods to direct traffic to"
    : "[2/3] Attempting to allocate IP address to Service";
  return waiting(message, [...(needsPods ? [NO_PODS] : []), ...(needsAddress ? [NO_SERVICE_ADDRESS] : [])]);
}

/** Names, headless services and those without a selector find their targets in other ways. */
function selectsPods(service: KubeObject): boolean {
  const spec = specOf(service);
  const hasSelector = Object.keys(findMapAt(spec, "selector") ?? {}).length > 0;
  return hasSelector && textAt(spec, "type") !== "ExternalName" && textAt(spec, "clusterIP") !== "None";
}

async function hasEndpoints(api: Observation["api"], service: KubeObject): Promise<boolean> {
  const kind = { group: "discovery.k8s.io", version: "v1", kind: "EndpointSlice" };
  const slices = await api.list(
    { kind, namespace: namespaceOf(service) },
    { labels: `kubernetes.io/service-name=${nameOf(service)}` },
  );
  return slices
    .flatMap((slice) => mapsAt(slice, "endpoints"))
    .some((endpoint) => findMapAt(endpoint, "conditions")?.["ready"] !== false);
}

function hasAddress(object: KubeObject): boolean {
  const addresses = valueAt(statusOf(object), ["loadBalancer", "ingress"]);
  return isPropertyArray(addresses) && addresses.length > 0;
}

/** Has an address, and services behind its rules. */
export async function ingressReadiness({ live, api }: Observation): Promise<Readiness> {
  const services = backendServices(live);
  const missing = await Promise.all(services.map((name) => isMissing(api, namespaceOf(live), name)));
  const lacksTarget = missing.includes(true);
  const lacksAddress = !hasAddress(live);
  if (!lacksTarget && !lacksAddress) return READY;
  const message = lacksTarget
    ? "[1/3] Finding a matching service for each Ingress path"
    : "[2/3] Waiting for update of .status.loadBalancer with hostname/IP";
  return waiting(message, [
    ...(lacksTarget ? [NO_TARGET] : []),
    ...(lacksAddress ? [NO_INGRESS_ADDRESS] : []),
  ]);
}

function backendServices(ingress: KubeObject): readonly string[] {
  const paths = mapsAt(specOf(ingress), "rules").flatMap((rule) =>
    mapsAt(findMapAt(rule, "http") ?? {}, "paths"),
  );
  const names = paths.map((path) => {
    const backend = findMapAt(path, "backend") ?? {};
    return textAt(findMapAt(backend, "service") ?? {}, "name") || textAt(backend, "serviceName");
  });
  return [...new Set(names.filter((name) => name !== ""))];
}

async function isMissing(api: Observation["api"], namespace: string, name: string): Promise<boolean> {
  try {
    await api.get({ kind: { group: "", version: "v1", kind: "Service" }, namespace, name });
    return false;
  } catch (error) {
    if (isNotFound(error)) return true;
    // No right to look at services: the address alone must do.
    if (error instanceof KubeError && error.code === 403) return false;
    throw error;
  }
}
