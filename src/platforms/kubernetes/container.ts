import type * as kubernetes from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { HealthCheck, ServiceDefinition } from "../../catalogue/service-definition.ts";
import { type Cpu, millicores, toCpuQuantity, toMemoryQuantity, toSeconds } from "../../quantities.ts";
import type { JobArgs } from "../platform.ts";

type Pod = kubernetes.types.input.core.v1.PodSpec;
type Container = kubernetes.types.input.core.v1.Container;
type Probe = kubernetes.types.input.core.v1.Probe;

const STANDARD_CPU = millicores(100);
const SCRATCH_SIZE = "64Mi";
/** How long a pod that is going still answers, until everybody knows that it is. */
const LEAVE_TIME = 5;

/** What pods of services and of jobs share: identity, hardening, scratch space, how they end. */
export function podBase({ definition }: JobArgs): Pod {
  const [user, group] = definition.user.split(":").map(Number) as [number, number | undefined];
  return {
    serviceAccountName: definition.name,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    terminationGracePeriodSeconds: toSeconds(definition.stopTimeout) + LEAVE_TIME,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: user,
      runAsGroup: group ?? user,
      fsGroup: group ?? user,
      seccompProfile: { type: "RuntimeDefault" },
    },
    volumes: scratchVolumes(definition),
    containers: [],
  };
}

/** The container of a pod: limits and hardening, as strict as the namespace asks. */
export function containerBase(
  args: Omit<JobArgs, "networks">,
  more: { cpu?: Cpu | undefined; envFrom?: NonNullable<Container["envFrom"]> },
): Container {
  const { definition } = args;
  const memory = toMemoryQuantity(args.memory ?? definition.memory);
  const cpu = toCpuQuantity(more.cpu ?? definition.cpu ?? STANDARD_CPU);
  return {
    name: definition.name,
    image: args.image,
    ...(more.envFrom && { envFrom: more.envFrom }),
    resources: { requests: { cpu, memory }, limits: { memory } },
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    },
    volumeMounts: scratchMounts(definition),
  };
}

export function scratchVolumes({ scratch }: ServiceDefinition, sizeLimit = SCRATCH_SIZE) {
  return scratch.map((_, index) => ({ name: `scratch-${index}`, emptyDir: { sizeLimit } }));
}

export function scratchMounts({ scratch }: ServiceDefinition) {
  return scratch.map((mountPath, index) => ({ name: `scratch-${index}`, mountPath }));
}

/** Ports, probes and the graceful end of a service's container. */
export function serving(definition: ServiceDefinition) {
  const { health } = definition;
  const patience = Math.ceil(toSeconds(definition.startTimeout) / toSeconds(health.interval));
  return {
    ports: Object.entries(definition.ports).map(([name, containerPort]) => ({
      name,
      containerPort,
      protocol: "TCP",
    })),
    startupProbe: probe(health, {
      ask: "ready",
      periodSeconds: toSeconds(health.interval),
      failureThreshold: patience,
    }),
    readinessProbe: probe(health, { ask: "ready", periodSeconds: 5, failureThreshold: 3 }),
    livenessProbe: probe(health, { ask: "live", periodSeconds: 10, failureThreshold: 6 }),
    lifecycle: { preStop: { sleep: { seconds: LEAVE_TIME } } },
  };
}

interface Rhythm {
  readonly ask: "ready" | "live";
  readonly periodSeconds: number;
  readonly failureThreshold: number;
}

function probe(health: HealthCheck, { ask, ...rhythm }: Rhythm): Probe {
  const { http } = health;
  const how: pulumi.Input<Probe> =
    http === undefined
      ? { exec: { command: [...health.command] } }
      : { httpGet: { path: http[ask], port: http.port } };
  return { ...how, ...rhythm, timeoutSeconds: toSeconds(health.timeout) };
}
