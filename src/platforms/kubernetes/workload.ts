import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { toSeconds } from "../../quantities.ts";
import type { Workload, WorkloadArgs } from "../platform.ts";
import { createConfiguration } from "./configuration.ts";
import { containerBase, podBase, serving } from "./container.ts";
import type { SecretStore } from "./external-secret.ts";
import { labelsOf, selectorOf } from "./labels.ts";
import { createServiceMonitor, type Monitoring } from "./monitoring.ts";
import { allowDestinations, allowFromApiServer, allowFromNamespace } from "./network.ts";
import { metadataOf, type Place, portOf } from "./place.ts";
import { preparedPod } from "./preparation.ts";
import { createScaling } from "./scaling.ts";

export interface KubernetesWorkloadArgs extends WorkloadArgs {
  readonly place: Place;
  /** Namespace of the pods that requests from outside come through. */
  readonly gatewayNamespace: string;
  /** Addresses that the API server connects to pods from. */
  readonly apiServer: readonly string[];
  /** PriorityClass of public services. */
  readonly priority: pulumi.Output<string>;
  readonly store?: SecretStore;
  readonly monitoring?: Monitoring;
}

/** A service as a Deployment behind a Service, with an identity of its own and only the connections that it needs. */
export function createWorkload(
  name: string,
  args: KubernetesWorkloadArgs,
  opts: pulumi.CustomResourceOptions,
): Workload {
  const { place, definition } = args;
  refuseData(args);
  createAccount(`${name}-account`, args, opts);
  const policies = createPolicies(name, args, opts);
  const deployment = new kubernetes.apps.v1.Deployment(
    name,
    {
      metadata: metadataOf(place, definition.name, { name: definition.name }),
      spec: deploymentSpec(name, args, opts),
    },
    { ...opts, deleteBeforeReplace: true, dependsOn: [...(args.dependsOn ?? []), ...policies] },
  );
  const service = createService(`${name}-service`, args, { ...opts, dependsOn: [deployment] });
  createScaling(name, args, opts);
  if (args.monitoring) createServiceMonitor(name, { ...args, monitoring: args.monitoring }, opts);
  return { resource: service, name: pulumi.output(definition.name), image: args.image };
}

/** An identity that may do nothing; no token of it is mounted. */
export function createAccount(
  name: string,
  { place, definition }: Pick<KubernetesWorkloadArgs, "place" | "definition">,
  opts: pulumi.CustomResourceOptions,
): void {
  new kubernetes.core.v1.ServiceAccount(
    name,
    {
      metadata: metadataOf(place, definition.name, { name: definition.name }),
      automountServiceAccountToken: false,
    },
    opts,
  );
}

function createPolicies(
  name: string,
  args: KubernetesWorkloadArgs,
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource[] {
  const { place, definition } = args;
  if (args.isPublic) {
    const ports = [portOf(definition, "http")];
    const gateway = {
      place,
      definition,
      from: args.gatewayNamespace,
      ports,
      policy: `${definition.name}-from-gateway`,
    };
    allowFromNamespace(`${name}-from-gateway`, gateway, opts);
  }
  if (definition.askedPort !== undefined) {
    const asked = {
      place,
      definition,
      apiServer: args.apiServer,
      port: portOf(definition, definition.askedPort),
    };
    allowFromApiServer(`${name}-from-api-server`, asked, opts);
  }
  return allowDestinations(name, { place, definition, reaches: args.reaches ?? [] }, opts);
}

function deploymentSpec(
  name: string,
  args: KubernetesWorkloadArgs,
  opts: pulumi.CustomResourceOptions,
): kubernetes.types.input.apps.v1.DeploymentSpec {
  const { place, definition, scale } = args;
  const { environment = {}, secrets = {} } = args;
  const configuration = {
    place,
    role: definition.name,
    environment,
    secrets,
    ...(args.store && { store: args.store }),
  };
  const envFrom = createConfiguration(name, configuration, opts);
  const container = { ...containerBase(args, { cpu: scale?.cpu, envFrom }), ...serving(definition) };
  const selector = { matchLabels: { ...selectorOf(place.scope, definition.name) } };
  return {
    ...(scale === undefined && { replicas: 1 }),
    selector,
    strategy: definition.isAlone
      ? { type: "Recreate" }
      : { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
    minReadySeconds: 5,
    revisionHistoryLimit: 5,
    progressDeadlineSeconds: toSeconds(definition.startTimeout) + 60,
    template: {
      metadata: { labels: { ...labelsOf(place.scope, definition.name) } },
      spec: {
        ...preparedPod(podBase(args), container, args),
        ...(args.isPublic && { priorityClassName: args.priority }),
        topologySpreadConstraints: ["topology.kubernetes.io/zone", "kubernetes.io/hostname"].map(
          (topologyKey) => ({
            topologyKey,
            maxSkew: 1,
            whenUnsatisfiable: "ScheduleAnyway",
            labelSelector: selector,
          }),
        ),
      },
    },
  };
}

function createService(
  name: string,
  { place, definition }: KubernetesWorkloadArgs,
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource {
  return new kubernetes.core.v1.Service(
    name,
    {
      metadata: metadataOf(place, definition.name, { name: definition.name }),
      spec: {
        type: "ClusterIP",
        selector: { ...selectorOf(place.scope, definition.name) },
        ports: Object.entries(definition.ports).map(([port, number]) => ({
          name: port,
          port: number,
          targetPort: port,
          protocol: "TCP",
        })),
      },
    },
    { ...opts, deleteBeforeReplace: true },
  );
}

function refuseData({ definition }: KubernetesWorkloadArgs): void {
  if (definition.data === undefined) return;
  throw new pulumi.RunError(
    `service ${definition.name} keeps data in ${definition.data}; on Kubernetes data belongs in a managed database`,
  );
}
