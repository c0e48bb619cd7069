import type * as kubernetes from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { ServiceDefinition } from "../../catalogue/service-definition.ts";
import { selectorOf } from "./labels.ts";
import { createPolicy, namespaceCalled } from "./network.ts";
import type { Place } from "./place.ts";

type Port = kubernetes.types.input.networking.v1.NetworkPolicyPort;

/** The pods of a Ray job. */
export type RayPart = "head" | "worker" | "submitter";
export const PART_LABEL = "app.kubernetes.io/component";

const GCS_PORT = 6379;
const DASHBOARD_PORT = 8265;
const WORKER_PORTS = { first: 10_002, last: 10_101 };

/** Ports of each node that Ray would draw at random, and the one of the agent that KubeRay's probes ask. */
const NODE_PORTS = {
  "node-manager-port": 6380,
  "object-manager-port": 6381,
  "runtime-env-agent-port": 6382,
  "dashboard-agent-grpc-port": 6383,
  "dashboard-agent-listen-port": 52_365,
};

/** Options of `ray start` that keep every node to the ports that the policies open. */
export function portOptions(part: "head" | "worker"): { readonly [option: string]: string } {
  const ports = {
    ...NODE_PORTS,
    "min-worker-port": WORKER_PORTS.first,
    "max-worker-port": WORKER_PORTS.last,
    ...(part === "head" && { port: GCS_PORT, "dashboard-port": DASHBOARD_PORT }),
  };
  return Object.fromEntries(Object.entries(ports).map(([option, port]) => [option, String(port)]));
}

/**
 * Opens what a Ray job needs and no more: its nodes to each other, the workers to the head's store, whoever submits the
 * job and the operator, which asks how it is doing, to the head's dashboard.
 */
export function allowRay(
  name: string,
  args: { place: Place; definition: ServiceDefinition; operatorNamespace: string },
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource[] {
  const { place, definition } = args;
  const selected = (...parts: RayPart[]) => ({
    matchLabels: { ...selectorOf(place.scope, definition.name) },
    matchExpressions: [{ key: PART_LABEL, operator: "In", values: parts }],
  });
  const pods = (...parts: RayPart[]) => [{ podSelector: selected(...parts) }];
  const [gcs, dashboard] = [[tcp(GCS_PORT)], [tcp(DASHBOARD_PORT)]];
  const policy = (suffix: string, spec: Parameters<typeof createPolicy>[2]) =>
    createPolicy(
      `${name}-${suffix}`,
      { place, role: definition.name, policy: `${definition.name}-${suffix}` },
      spec,
      opts,
    );
  return [
    policy("nodes", {
      podSelector: selected("head", "worker"),
      policyTypes: ["Ingress", "Egress"],
      ingress: [{ from: pods("head", "worker"), ports: nodePorts() }],
      egress: [{ to: pods("head", "worker"), ports: nodePorts() }],
    }),
    policy("head", {
      podSelector: selected("head"),
      policyTypes: ["Ingress"],
      ingress: [
        { from: pods("worker"), ports: gcs },
        { from: pods("submitter"), ports: dashboard },
        { from: [{ namespaceSelector: namespaceCalled(args.operatorNamespace) }], ports: dashboard },
      ],
    }),
    policy("workers", {
      podSelector: selected("worker"),
      policyTypes: ["Egress"],
      egress: [{ to: pods("head"), ports: gcs }],
    }),
    policy("submitter", {
      podSelector: selected("submitter"),
      policyTypes: ["Egress"],
      egress: [{ to: pods("head"), ports: dashboard }],
    }),
  ];
}

function tcp(port: number): Port {
  return { protocol: "TCP", port };
}

function nodePorts(): Port[] {
  const { first, last } = WORKER_PORTS;
  return [...Object.values(NODE_PORTS).map(tcp), { ...tcp(first), endPort: last }];
}
