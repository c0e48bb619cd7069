import type * as pulumi from "@pulumi/pulumi";
import type { ServiceDefinition } from "../catalogue/service-definition.ts";
import type { Bytes, Cpu } from "../quantities.ts";

/** Whose objects a platform makes. */
export interface Scope {
  readonly project: string;
  readonly stack: string;
}

/** A private network: what is on it can reach each other, nothing else can. */
export interface Network {
  readonly name: pulumi.Output<string>;
}

/** Where an image comes from: built from `services/<name>`, or an official one by its name. */
export type ImageSource =
  | { readonly kind: "build"; readonly service: string }
  | { readonly kind: "official"; readonly name: string };

/**
 * What a workload may connect to. On Docker its networks say as much; on Kubernetes everything else is closed.
 */
export type Destination =
  | { readonly kind: "service"; readonly definition: ServiceDefinition }
  | {
      readonly kind: "outside";
      /** What is there, for the policy's name. */
      readonly name: string;
      /** Addresses in CIDR notation. */
      readonly ranges: readonly string[];
      readonly ports: readonly PortRange[];
    };

/** TCP ports, both ends included. */
export interface PortRange {
  readonly first: number;
  readonly last: number;
}

/** How much of a service runs. */
export interface Scale {
  readonly minReplicas: number;
  readonly maxReplicas: number;
  /** CPU use that more replicas are started at, percent of what each asks for. */
  readonly targetCpu: number;
  readonly cpu: Cpu;
}

/** A run of a workload's own image that fills a directory before the service starts, which may only read it. */
export interface Preparation {
  readonly definition: ServiceDefinition;
  /** Arguments for the image's program. */
  readonly command: readonly string[];
  readonly path: string;
}

/** A volume that was filled elsewhere; a workload only reads it. */
export interface VolumeReading {
  readonly claim: pulumi.Output<string>;
  /** Where the workload sees it. */
  readonly path: string;
}

/** A run of a workload's own image, beside it and with its data: tells the running service something. A change runs it again. */
export interface Instruction {
  readonly definition: ServiceDefinition;
  /** Arguments for the image's program. */
  readonly command: readonly string[];
}

export interface WorkloadArgs {
  readonly definition: ServiceDefinition;
  /** Image id or digest. */
  readonly image: pulumi.Output<string>;
  readonly environment?: { readonly [name: string]: pulumi.Input<string> };
  /** Given to the container like the environment; encrypted in the state. */
  readonly secrets?: { readonly [name: string]: pulumi.Input<string> };
  readonly networks: readonly Network[];
  /** Port role -> published port on the host. @default nothing is published */
  readonly published?: { readonly [role: string]: number };
  /** @default the definition's memory */
  readonly memory?: Bytes;
  /** @default one replica; Docker runs one always */
  readonly scale?: Scale;
  /** The gateway may connect to it. @default false; on Docker its networks say so */
  readonly isPublic?: boolean;
  /** @default nothing */
  readonly reaches?: readonly Destination[];
  /** @default none */
  readonly preparation?: Preparation;
  /** @default none; Kubernetes alone has such volumes */
  readonly reads?: VolumeReading;
  /** @default none; Docker alone carries it out */
  readonly instruction?: Instruction;
  readonly dependsOn?: readonly pulumi.Resource[];
}

/** A running service. */
export interface Workload {
  readonly resource: pulumi.Resource;
  /** Physical name; also its host name on its networks. */
  readonly name: pulumi.Output<string>;
  readonly image: pulumi.Output<string>;
}

/** Something that runs once and must succeed; a new image makes it run again. */
export type JobArgs = Omit<
  WorkloadArgs,
  "published" | "scale" | "isPublic" | "preparation" | "reads" | "instruction"
> & {
  /** Runs it again at these times. @default once; Docker runs it once always */
  readonly repeats?: Schedule;
};

/** Times of the day and week. */
export interface Schedule {
  /** Five fields of cron: `15 2 * * *`. */
  readonly cron: string;
  /** `Etc/UTC`, `Europe/London`, … */
  readonly timeZone: string;
}

/** Where an environment runs. Components take it as an argument and never name a concrete one. */
export interface Platform {
  readonly scope: Scope;
  /** Host part of the URLs under which published ports are reached. */
  readonly publicHost: string;
  network(name: string, role: string, opts: pulumi.CustomResourceOptions): Network;
  image(name: string, source: ImageSource, opts: pulumi.CustomResourceOptions): pulumi.Output<string>;
  workload(name: string, args: WorkloadArgs, opts: pulumi.CustomResourceOptions): Workload;
  job(name: string, args: JobArgs, opts: pulumi.CustomResourceOptions): pulumi.Resource;
}
