import * as kubernetes from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { ServiceDefinition } from "../../catalogue/service-definition.ts";
import type { Destination, PortRange } from "../platform.ts";
import { selectorOf } from "./labels.ts";
import { metadataOf, type Place } from "./place.ts";

type Spec = kubernetes.types.input.networking.v1.NetworkPolicySpec;
type Port = kubernetes.types.input.networking.v1.NetworkPolicyPort;

/** Closes the namespace: nothing goes in or out but what a policy lets through, and questions to the cluster's DNS. */
export function closeNamespace(name: string, place: Place, opts: pulumi.CustomResourceOptions): void {
  createPolicy(
    `${name}-deny`,
    { place, role: "environment", policy: "deny-all" },
    { podSelector: {}, policyTypes: ["Ingress", "Egress"] },
    opts,
  );
  const dns = {
    namespaceSelector: namespaceCalled("kube-system"),
    podSelector: { matchLabels: { "k8s-app": "kube-dns" } },
  };
  createPolicy(
    `${name}-dns`,
    { place, role: "environment", policy: "allow-dns" },
    {
      podSelector: {},
      policyTypes: ["Egress"],
      egress: [
        {
          to: [dns],
          ports: [
            { protocol: "UDP", port: 53 },
            { protocol: "TCP", port: 53 },
          ],
        },
      ],
    },
    opts,
  );
}

/** Lets a namespace's pods reach a service: the gateway's controller, the collector of metrics. */
export function allowFromNamespace(
  name: string,
  args: {
    place: Place;
    definition: ServiceDefinition;
    from: string;
    ports: readonly number[];
    policy: string;
  },
  opts: pulumi.CustomResourceOptions,
): void {
  const { place, definition } = args;
  createPolicy(
    name,
    { place, role: definition.name, policy: args.policy },
    {
      podSelector: podsOf(place, definition.name),
      policyTypes: ["Ingress"],
      ingress: [
        {
          from: [{ namespaceSelector: namespaceCalled(args.from) }],
          ports: args.ports.map((port) => ({ protocol: "TCP", port })),
        },
      ],
    },
    opts,
  );
}

/** Lets operations ask a service by the API server's proxy. */
export function allowFromApiServer(
  name: string,
  args: { place: Place; definition: ServiceDefinition; apiServer: readonly string[]; port: number },
  opts: pulumi.CustomResourceOptions,
): void {
  const { place, definition } = args;
  createPolicy(
    name,
    { place, role: definition.name, policy: `${definition.name}-from-api-server` },
    {
      podSelector: podsOf(place, definition.name),
      policyTypes: ["Ingress"],
      ingress: [
        {
          from: args.apiServer.map((cidr) => ({ ipBlock: { cidr } })),
          ports: [{ protocol: "TCP", port: args.port }],
        },
      ],
    },
    opts,
  );
}

/** Lets a workload reach what it says it needs, and be let in there. Done before its pods start. */
export function allowDestinations(
  name: string,
  args: { place: Place; definition: ServiceDefinition; reaches: readonly Destination[] },
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource[] {
  const { place, definition } = args;
  return args.reaches.flatMap((destination) => {
    const way = { from: definition.name, to: nameOf(destination) };
    const out = createPolicy(
      `${name}-to-${way.to}`,
      { place, role: definition.name, policy: `${way.from}-to-${way.to}` },
      {
        podSelector: podsOf(place, definition.name),
        policyTypes: ["Egress"],
        egress: [egressTo(place, destination)],
      },
      opts,
    );
    if (destination.kind === "outside") return [out];
    const into = createPolicy(
      `${name}-into-${way.to}`,
      { place, role: way.to, policy: `${way.to}-from-${way.from}` },
      {
        podSelector: podsOf(place, way.to),
        policyTypes: ["Ingress"],
        ingress: [
          { from: [{ podSelector: podsOf(place, way.from) }], ports: portsOf(destination.definition) },
        ],
      },
      opts,
    );
    return [out, into];
  });
}

function egressTo(place: Place, destination: Destination) {
  if (destination.kind === "service") {
    const { definition } = destination;
    return { to: [{ podSelector: podsOf(place, definition.name) }], ports: portsOf(definition) };
  }
  return {
    to: destination.ranges.map((cidr) => ({ ipBlock: { cidr } })),
    ports: destination.ports.map(portRange),
  };
}

/** A policy of a role, under a name of its own. */
export function createPolicy(
  name: string,
  of: { place: Place; role: string; policy: string },
  spec: Spec,
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource {
  const metadata = metadataOf(of.place, of.role, { name: of.policy });
  return new kubernetes.networking.v1.NetworkPolicy(name, { metadata, spec }, opts);
}

function nameOf(destination: Destination): string {
  return destination.kind === "service" ? destination.definition.name : destination.name;
}

function podsOf({ scope }: Place, role: string) {
  return { matchLabels: { ...selectorOf(scope, role) } };
}

export function namespaceCalled(name: string) {
  return { matchLabels: { "kubernetes.io/metadata.name": name } };
}

function portsOf(definition: ServiceDefinition): Port[] {
  return Object.values(definition.ports).map((port) => ({ protocol: "TCP", port }));
}

function portRange({ first, last }: PortRange): Port {
  return { protocol: "TCP", port: first, ...(last > first && { endPort: last }) };
}
