import * as kubernetes from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

export type PodTemplate = kubernetes.types.input.core.v1.PodTemplateSpec;

/** `spec` of a RayJob, as far as this program uses it. */
export interface RayJobSpec {
  readonly entrypoint: string;
  readonly submissionMode: "K8sJobMode";
  readonly submitterPodTemplate: PodTemplate;
  readonly rayClusterSpec: RayClusterSpec;
  /** Attempts after the first, each with a cluster of its own. */
  readonly backoffLimit: number;
  /** Of one attempt. */
  readonly activeDeadlineSeconds: number;
  readonly shutdownAfterJobFinishes: boolean;
  readonly ttlSecondsAfterFinished: number;
  readonly suspend: boolean;
}

export interface RayClusterSpec {
  readonly rayVersion: string;
  readonly enableInTreeAutoscaling: boolean;
  readonly headGroupSpec: NodeGroupSpec;
  readonly workerGroupSpecs: readonly (NodeGroupSpec & {
    readonly groupName: string;
    readonly replicas: number;
    readonly minReplicas: number;
    readonly maxReplicas: number;
  })[];
}

export interface NodeGroupSpec {
  /** Options of `ray start`. */
  readonly rayStartParams: { readonly [option: string]: string };
  readonly template: PodTemplate;
}

export interface RayJobArgs {
  readonly metadata: {
    readonly namespace: pulumi.Output<string>;
    readonly labels: { readonly [label: string]: string };
    readonly name: pulumi.Output<string>;
  };
  readonly spec: pulumi.Output<RayJobSpec>;
}

const SUCCEEDED = [
  "jsonpath={.status.jobDeploymentStatus}=Complete",
  "jsonpath={.status.jobStatus}=SUCCEEDED",
];

/** A RayJob, created when it has succeeded; one that failed is replaced by the next update. */
export function createRayJob(
  name: string,
  { metadata, spec }: RayJobArgs,
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource {
  const annotations = {
    "pulumi.com/waitFor": JSON.stringify(SUCCEEDED),
    "pulumi.com/replaceUnready": "true",
  };
  return new kubernetes.apiextensions.CustomResource(
    name,
    { apiVersion: "ray.io/v1", kind: "RayJob", metadata: { ...metadata, annotations }, spec },
    opts,
  );
}
