import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { JobArgs, Scope } from "../platform.ts";
import { containerBase } from "./container.ts";

export interface DockerJobArgs extends JobArgs {
  readonly scope: Scope;
  /** Arguments for the image's program. @default the image's own */
  readonly command?: readonly string[];
  readonly volumes?: readonly docker.types.input.ContainerVolume[];
}

/** A container that runs to its end once; it stays afterwards, so that its log can be read. */
export function createJob(
  name: string,
  args: DockerJobArgs,
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource {
  const container = new docker.Container(
    name,
    {
      ...containerBase(args),
      ...(args.command && { command: [...args.command] }),
      ...(args.volumes && { volumes: [...args.volumes] }),
      restart: "no",
      mustRun: false,
      attach: true,
      logs: true,
    },
    { ...opts, deleteBeforeReplace: true, dependsOn: [...(args.dependsOn ?? [])] },
  );
  failUnlessDone(args.definition.name, container);
  return container;
}

function failUnlessDone(job: string, container: docker.Container): void {
  pulumi.all([container.exitCode, container.containerLogs]).apply(([code, log]) => {
    if (code === undefined || code === 0) return;
    const lines = (log ?? "").trimEnd().split("\n").slice(-20).join("\n");
    throw new pulumi.RunError(`job ${job} ended with exit code ${code}; the end of its log:\n${lines}`);
  });
}
