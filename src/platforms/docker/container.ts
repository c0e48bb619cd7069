import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { CONTENT_ANNOTATION, REPRODUCIBLE } from "../../../contracts/reproducible.ts";
import { ownershipLabels, physicalName } from "../../names.ts";
import { toGoDuration, toMebibytes, toSeconds } from "../../quantities.ts";
import type { Scope, WorkloadArgs } from "../platform.ts";
import { toLabels } from "./network.ts";

const LOG_OPTIONS = { "max-file": "3", "max-size": "10m" };

/** What services and jobs share: identity, image, environment, networks, limits and hardening. */
export function containerBase(
  args: Omit<WorkloadArgs, "published"> & { scope: Scope },
): docker.ContainerArgs {
  const { definition, scope } = args;
  const memory = toMebibytes(args.memory ?? definition.memory);
  return {
    name: physicalName(scope, definition.name),
    hostname: definition.name,
    image: args.image,
    envs: toEnvs(args.environment ?? {}, args.secrets ?? {}),
    networkMode: first(args.networks.map((network) => network.name)),
    networksAdvanced: args.networks.map((network) => ({ name: network.name, aliases: [definition.name] })),
    labels: toLabels({ ...ownershipLabels(scope, definition.name), ...contentLabels(definition) }),
    user: definition.user,
    capabilities: { drops: ["ALL"] },
    securityOpts: ["no-new-privileges:true"],
    readOnly: true,
    tmpfs: Object.fromEntries(definition.scratch.map((path) => [path, scratchOptions(definition.user)])),
    memory,
    memorySwap: memory,
    logDriver: "json-file",
    logOpts: LOG_OPTIONS,
    stopTimeout: toSeconds(definition.stopTimeout),
    destroyGraceSeconds: toSeconds(definition.stopTimeout),
  };
}

function contentLabels({ dataIsReproducible = false }: WorkloadArgs["definition"]) {
  return dataIsReproducible ? { [CONTENT_ANNOTATION]: REPRODUCIBLE } : {};
}

/** The health check, as Docker's provider takes it. */
export function healthcheck(
  health: WorkloadArgs["definition"]["health"],
): docker.ContainerArgs["healthcheck"] {
  return {
    tests: ["CMD", ...health.command],
    interval: toGoDuration(health.interval),
    timeout: toGoDuration(health.timeout),
    retries: health.retries,
    startPeriod: toGoDuration(health.startPeriod),
  };
}

/** `NAME=value`, sorted: the provider sees a set. One secret makes the whole list secret. */
function toEnvs(
  environment: { readonly [name: string]: pulumi.Input<string> },
  secrets: { readonly [name: string]: pulumi.Input<string> },
): pulumi.Output<string[]> {
  const hidden = Object.entries(secrets).map(([name, value]) => [name, pulumi.secret(value)] as const);
  const all = Object.fromEntries([...Object.entries(environment), ...hidden]);
  return pulumi.output(all).apply((values) =>
    Object.entries(values)
      .map(([name, value]) => `${name}=${value}`)
      .sort(),
  );
}

function scratchOptions(user: string): string {
  const [uid, gid] = user.split(":");
  return `rw,noexec,nosuid,nodev,size=64m,uid=${uid},gid=${gid ?? uid},mode=0700`;
}

function first<T>(items: readonly T[]): T {
  const item = items[0];
  if (item === undefined) throw new Error("a container needs at least one network");
  return item;
}
