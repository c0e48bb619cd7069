import type * as pulumi from "@pulumi/pulumi";
import type { ImageSource, JobArgs, Network, Platform, Scope, Workload, WorkloadArgs } from "../platform.ts";
import { createImage, type ImageOptions } from "./image.ts";
import { createJob } from "./job.ts";
import { createNetwork } from "./network.ts";
import { createWorkload } from "./workload.ts";

export interface DockerPlatformArgs extends ImageOptions {
  readonly scope: Scope;
  /** Address that published ports bind to. */
  readonly bindAddress: string;
  /** Addresses of the environment's networks. @default what Docker has left */
  readonly networkRange: string | undefined;
}

/** Runs an environment on one Docker Engine. */
export function dockerPlatform(args: DockerPlatformArgs): Platform {
  const { scope, bindAddress, networkRange: range } = args;
  return {
    scope,
    publicHost: publicHostOf(bindAddress),
    network(name: string, role: string, opts: pulumi.CustomResourceOptions): Network {
      return createNetwork(name, { scope, role, range }, opts);
    },
    image(name: string, source: ImageSource, opts: pulumi.CustomResourceOptions): pulumi.Output<string> {
      return createImage(name, { ...args, source }, opts);
    },
    workload(name: string, workload: WorkloadArgs, opts: pulumi.CustomResourceOptions): Workload {
      return createWorkload(name, { ...workload, scope, bindAddress }, opts);
    },
    job(name: string, job: JobArgs, opts: pulumi.CustomResourceOptions): pulumi.Resource {
      return createJob(name, { ...job, scope }, opts);
    },
  };
}

/** What listens on every address is reached on loopback; IPv6 addresses take brackets in a URL. */
function publicHostOf(bindAddress: string): string {
  if (bindAddress === "0.0.0.0" || bindAddress === "::") return "127.0.0.1";
  return bindAddress.includes(":") ? `[${bindAddress}]` : bindAddress;
}
