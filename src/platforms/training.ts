import type * as pulumi from "@pulumi/pulumi";
import type { ServiceDefinition } from "../catalogue/service-definition.ts";
import type { Bytes, Cpu, Duration } from "../quantities.ts";
import type { VolumeReading } from "./platform.ts";

export interface TrainingArgs {
  readonly definition: ServiceDefinition;
  /** Has Ray and the trainer in it. */
  readonly image: pulumi.Output<string>;
  /** What the shell of the head runs. */
  readonly entrypoint: string;
  readonly environment: { readonly [name: string]: string };
  /** Where models are written: a directory of the volume for each version. */
  readonly path: string;
  /** Variable that tells the trainer the directory. */
  readonly folderVariable: string;
  readonly rayVersion: string;
  readonly workers: { readonly min: number; readonly max: number };
  /** Of the head and of each worker. */
  readonly cpu: Cpu;
  readonly memory: Bytes;
  /** Of one attempt. */
  readonly deadline: Duration;
  readonly volume: VolumeArgs;
  /** Namespace of the operator's pods. */
  readonly operatorNamespace: string;
}

/** A volume that several nodes mount at a time. */
export interface VolumeArgs {
  /** @default the cluster's default */
  readonly storageClass?: string | undefined;
  readonly size: Bytes;
}

/** A model that is there for services to read. */
export interface TrainedModel {
  readonly volume: VolumeReading;
  /** Its directory: of this version alone, so that earlier ones stay for who goes back. */
  readonly folder: pulumi.Output<string>;
  /** Made once the training has succeeded. */
  readonly training: pulumi.Resource;
}

/** A platform that trains models on machines of their own. */
export interface TrainingPlatform {
  training(name: string, args: TrainingArgs, opts: pulumi.CustomResourceOptions): TrainedModel;
}
