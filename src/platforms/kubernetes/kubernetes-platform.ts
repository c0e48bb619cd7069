import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { type Duration, toSeconds } from "../../quantities.ts";
import type { ImageSource, JobArgs, Network, Platform, Scope, Workload, WorkloadArgs } from "../platform.ts";
import type { Entrance, RoutesArgs, RoutingPlatform } from "../routing.ts";
import type { TrainedModel, TrainingArgs, TrainingPlatform } from "../training.ts";
import type { Tls } from "./certificate.ts";
import type { SecretStore } from "./external-secret.ts";
import { createImage, type ImageOptions } from "./image.ts";
import { createJob } from "./job.ts";
import { type AlertRules, createAlertRules, type Monitoring } from "./monitoring.ts";
import { createLimits, createNamespace, createPriority, type Quota } from "./namespace.ts";
import { closeNamespace } from "./network.ts";
import type { Place } from "./place.ts";
import { createEntrance, createRoutes } from "./routing.ts";
import { createTraining } from "./training.ts";
import { createWorkload } from "./workload.ts";

export interface KubernetesPlatformArgs {
  readonly scope: Scope;
  /** Path of a kubeconfig. @default where kubectl looks */
  readonly kubeconfig?: string | undefined;
  /** @default the kubeconfig's current one */
  readonly context?: string | undefined;
  /** Addresses that the API server connects to pods from. */
  readonly apiServer: readonly string[];
  readonly quota: Quota;
  /** How long an object may take until it is ready. */
  readonly patience: Duration;
  readonly images: ImageOptions;
  readonly gateway: {
    readonly host: string;
    readonly className: string;
    readonly controllerNamespace: string;
    readonly tls: Tls;
  };
  readonly monitoring?: Monitoring | undefined;
  readonly store?: SecretStore | undefined;
}

/** Runs an environment in a namespace of its own on a Kubernetes cluster. */
export class KubernetesPlatform
  extends pulumi.ComponentResource
  implements Platform, RoutingPlatform, TrainingPlatform
{
  readonly scope: Scope;
  readonly publicHost: string;
  readonly namespace: pulumi.Output<string>;
  private readonly args: KubernetesPlatformArgs;
  private readonly place: Place;
  private readonly priority: pulumi.Output<string>;

  constructor(name: string, args: KubernetesPlatformArgs, opts?: pulumi.ComponentResourceOptions) {
    super("trials:platforms:Kubernetes", name, {}, opts);
    const { scope, kubeconfig, context } = args;
    this.scope = scope;
    this.publicHost = args.gateway.host;
    this.args = args;
    const provider = new kubernetes.Provider(
      `${name}-provider`,
      { ...(kubeconfig !== undefined && { kubeconfig }), ...(context !== undefined && { context }) },
      { parent: this },
    );
    const within = { parent: this, provider };
    this.namespace = createNamespace(`${name}-namespace`, scope, within);
    this.place = { scope, provider, namespace: this.namespace };
    this.priority = createPriority(`${name}-priority`, this.place, within);
    createLimits(name, { ...this.place, quota: args.quota }, within);
    closeNamespace(name, this.place, within);
    this.registerOutputs({ namespace: this.namespace });
  }

  /** A name only: every connection is closed until a workload says that it needs it. */
  network(_name: string, role: string): Network {
    return { name: pulumi.output(role) };
  }

  image(name: string, source: ImageSource, opts: pulumi.CustomResourceOptions): pulumi.Output<string> {
    return createImage(name, { source, options: this.args.images }, opts);
  }

  workload(name: string, workload: WorkloadArgs, opts: pulumi.CustomResourceOptions): Workload {
    const { apiServer, gateway, monitoring, store } = this.args;
    const { place, priority } = this;
    const surroundings = {
      place,
      priority,
      apiServer,
      gatewayNamespace: gateway.controllerNamespace,
      ...(monitoring && { monitoring }),
      ...(store && { store }),
    };
    return createWorkload(name, { ...workload, ...surroundings }, this.within(opts));
  }

  job(name: string, job: JobArgs, opts: pulumi.CustomResourceOptions): pulumi.Resource {
    return createJob(name, { ...job, place: this.place }, this.within(opts));
  }

  training(name: string, training: TrainingArgs, opts: pulumi.CustomResourceOptions): TrainedModel {
    return createTraining(name, { ...training, place: this.place }, this.within(opts));
  }

  entrance(name: string, opts: pulumi.CustomResourceOptions): Entrance {
    return createEntrance(name, { ...this.args.gateway, place: this.place }, this.within(opts));
  }

  routes(name: string, routes: RoutesArgs, opts: pulumi.CustomResourceOptions): pulumi.Resource {
    return createRoutes(name, { ...routes, place: this.place }, this.within(opts));
  }

  /** Alert rules, where the cluster has somebody who judges them. */
  alertRules(name: string, rules: AlertRules, opts: pulumi.CustomResourceOptions): void {
    if (this.args.monitoring === undefined) return;
    createAlertRules(name, { place: this.place, rules }, this.within(opts));
  }

  private within(opts: pulumi.CustomResourceOptions): pulumi.CustomResourceOptions {
    const patience = `${toSeconds(this.args.patience)}s`;
    const customTimeouts = { create: patience, update: patience };
    return { ...opts, provider: this.place.provider, customTimeouts };
  }
}
