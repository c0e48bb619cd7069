import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { physicalName } from "../../names.ts";
import { toSeconds } from "../../quantities.ts";
import type { Scope, Workload, WorkloadArgs } from "../platform.ts";
import { containerBase, healthcheck } from "./container.ts";
import { createJob } from "./job.ts";
import { createVolume } from "./volume.ts";

export interface DockerWorkloadArgs extends WorkloadArgs {
  readonly scope: Scope;
  readonly bindAddress: string;
}

/** A service as one container; created when it is healthy. Name and ports are fixed, so a replacement deletes first. */
export function createWorkload(
  name: string,
  args: DockerWorkloadArgs,
  opts: pulumi.CustomResourceOptions,
): Workload {
  const { definition } = args;
  const prepared = prepare(name, args, opts);
  const data = dataVolume(`${name}-data`, args, opts);
  const container = new docker.Container(
    name,
    {
      ...containerBase(args),
      ports: publishedPorts(args),
      volumes: [...data, ...prepared.volumes],
      restart: "unless-stopped",
      healthcheck: healthcheck(definition.health),
      wait: true,
      waitTimeout: toSeconds(definition.startTimeout),
    },
    { ...opts, deleteBeforeReplace: true, dependsOn: [...(args.dependsOn ?? []), ...prepared.by] },
  );
  instruct(name, { ...args, data }, { ...opts, dependsOn: [container] });
  // Not the container's own output: whoever is told the name would be replaced along with the container.
  const physical = physicalName(args.scope, definition.name);
  return { resource: container, name: pulumi.output(physical), image: args.image };
}

function publishedPorts(args: DockerWorkloadArgs): docker.types.input.ContainerPort[] {
  return Object.entries(args.published ?? {})
    .map(([role, external]) => ({
      internal: portOf(args, role),
      external,
      ip: args.bindAddress,
      protocol: "tcp",
    }))
    .sort((a, b) => a.internal - b.internal);
}

function portOf(args: DockerWorkloadArgs, role: string): number {
  const port = args.definition.ports[role];
  if (port === undefined) throw new Error(`service ${args.definition.name} has no port called ${role}`);
  return port;
}

function dataVolume(
  name: string,
  args: DockerWorkloadArgs,
  opts: pulumi.CustomResourceOptions,
): docker.types.input.ContainerVolume[] {
  const { definition, scope } = args;
  if (definition.data === undefined) return [];
  const role = `${definition.name}-data`;
  const volume = createVolume(name, { scope, role }, opts);
  return [{ volumeName: volume.name, containerPath: definition.data }];
}

interface Prepared {
  readonly volumes: docker.types.input.ContainerVolume[];
  readonly by: readonly pulumi.Resource[];
}

/** A job fills a volume that the service then reads. */
function prepare(name: string, args: DockerWorkloadArgs, opts: pulumi.CustomResourceOptions): Prepared {
  const { preparation, scope, image, networks } = args;
  if (preparation === undefined) return { volumes: [], by: [] };
  const { definition, command, path } = preparation;
  const volume = createVolume(`${name}-prepared`, { scope, role: `${args.definition.name}-prepared` }, opts);
  const mount = { volumeName: volume.name, containerPath: path };
  const job = { scope, definition, image, networks, command, volumes: [mount] };
  return { volumes: [{ ...mount, readOnly: true }], by: [createJob(`${name}-preparation`, job, opts)] };
}

function instruct(
  name: string,
  args: DockerWorkloadArgs & { readonly data: docker.types.input.ContainerVolume[] },
  opts: pulumi.CustomResourceOptions & { readonly dependsOn: pulumi.Resource[] },
): void {
  const { instruction, scope, image, networks, data } = args;
  if (instruction === undefined) return;
  const { definition, command } = instruction;
  const job = { scope, definition, image, networks: networks.slice(0, 1), command, volumes: data };
  createJob(`${name}-instruction`, { ...job, dependsOn: opts.dependsOn }, opts);
}
