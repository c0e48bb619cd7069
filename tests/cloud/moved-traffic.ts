import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { CoreV1Api, CustomObjectsApi, type KubeConfig } from "@kubernetes/client-node";
import type Docker from "dockerode";
import { onCluster } from "../../ops/cut-over/platform.ts";
import type { Phase } from "../../ops/cut-over/progress.ts";
import { replicationReportSchema } from "../../ops/cut-over/replication-report.ts";
import { type CutOverWorld, runCutOver } from "../../ops/cut-over/run-cut-over.ts";
import { DEFAULT_THRESHOLDS, GATES } from "../../ops/shift/gates.ts";
import { runShift, type ShiftResult } from "../../ops/shift/run-shift.ts";
import { readCounters } from "../../ops/shift/world.ts";
import { startOf } from "../../ops/shift.ts";
import { clusterAsker } from "../../ops/traffic/cluster-asker.ts";
import { runInside } from "../../ops/traffic/inside.ts";
import { askOne, type ServiceAsker } from "../../ops/traffic/service-asker.ts";
import type { SettingChanges } from "../../ops/traffic/settings-file.ts";
import { startCounters } from "../ops/traffic/counters-container.ts";
import type { CloudStack } from "./cloud-stack.ts";

const ROUTES = {
  group: "gateway.networking.k8s.io",
  version: "v1",
  plural: "httproutes",
  name: "services",
} as const;

interface Rule {
  readonly matches: readonly { readonly method?: string; readonly path: { readonly value: string } }[];
  readonly backendRefs: readonly { readonly name: string; readonly weight: number }[];
}

export interface MovedTrafficArgs {
  readonly stack: CloudStack;
  /** Settings of the gateway that the stack has now. */
  readonly gateway: { readonly pythonWeight: number };
  readonly cluster: KubeConfig;
  readonly namespace: string;
}

/**
 * Traffic of the cloud stack, moved as operations do it. Pods exist on paper only: one container stands behind the
 * addresses of those that are asked, and a server of this process is the gateway, which does what the live route says.
 */
export class MovedTraffic {
  /** Names of what each update of a cut-over changed. */
  readonly updates: string[][] = [];
  private readonly args: MovedTrafficArgs;
  private readonly container: Docker.Container;
  private gateway: { readonly [setting: string]: unknown };
  private readonly server: Server;
  private time = 0;

  private constructor(args: MovedTrafficArgs, container: Docker.Container, server: Server) {
    this.args = args;
    this.container = container;
    this.server = server;
    this.gateway = args.gateway;
  }

  static async start(args: MovedTrafficArgs): Promise<MovedTraffic> {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const traffic = new MovedTraffic(args, await startCounters("bridge"), server);
    server.on("request", (_, response) => {
      void traffic.writeTarget().then((target) => response.writeHead(target === "nobody" ? 503 : 404).end());
    });
    return traffic;
  }

  async close(): Promise<void> {
    this.server.close();
    await this.container.remove({ force: true });
  }

  /** Makes Python answer otherwise than Node, or as before. */
  async worsen(isBad: boolean): Promise<void> {
    await runInside(this.container.id, isBad ? ["touch", "/tmp/bad"] : ["rm", "/tmp/bad"]);
  }

  shift(from: number, to: number): Promise<ShiftResult> {
    const start = startOf({ to, step: 25 }, undefined, { stack: "cloud", weight: from });
    return runShift(
      start,
      { gates: GATES, thresholds: DEFAULT_THRESHOLDS },
      {
        apply: (weight) => this.apply({ "gateway.pythonWeight": weight }),
        read: () => readCounters({ parity: {} }, this.asker),
        hold: async () => undefined,
        save: () => undefined,
        say: () => undefined,
      },
    );
  }

  /** A cut-over from a phase to where it ends. */
  cutOver(phase: Phase): Promise<Phase | undefined> {
    const clock = {
      now: () => this.time,
      pause: async () => {
        this.time += 500;
        await delay(50);
      },
    };
    const { port } = this.server.address() as AddressInfo;
    const world: CutOverWorld = {
      ...clock,
      ...onCluster({ gatewayUrl: `http://127.0.0.1:${port}`, asker: this.asker, clock }),
      apply: (changes) => this.apply(changes),
      report: async () => {
        const text = await askOne(this.asker, "replication", { port: 8080, path: "/round" });
        return replicationReportSchema.nullable().parse(JSON.parse(text)) ?? undefined;
      },
      isPostponed: () => false,
      save: () => undefined,
      forget: () => undefined,
      say: () => undefined,
    };
    return runCutOver({ phase, previousWeight: 25 }, { freezeMilliseconds: 60_000 }, world);
  }

  /** Who gets writes, by the live route. */
  async writeTarget(): Promise<string | undefined> {
    const { cluster, namespace } = this.args;
    const route = (await cluster
      .makeApiClient(CustomObjectsApi)
      .getNamespacedCustomObject({ ...ROUTES, namespace })) as { spec: { rules: Rule[] } };
    const rule = route.spec.rules.find(({ matches }) =>
      matches.some(({ method, path }) => method === undefined && path.value === "/v1"),
    );
    return rule?.backendRefs[0]?.name;
  }

  private async apply(changes: SettingChanges): Promise<void> {
    const { stack } = this.args;
    for (const [name, value] of Object.entries(changes)) {
      if (name === "replication") stack.set(name, value);
      else this.gateway = { ...this.gateway, [name.replace("gateway.", "")]: value };
    }
    stack.set("gateway", this.gateway);
    const { told, events } = await stack.run("up");
    if (told.length > 0) throw new Error(told.join("\n"));
    const changed = events.flatMap((event) =>
      event.kind === "resource-pre" && event.step.op !== "same"
        ? [event.step.urn.split("::").at(-1) ?? ""]
        : [],
    );
    this.updates.push([...new Set(changed)].sort());
  }

  private get asker(): ServiceAsker {
    const { cluster, namespace } = this.args;
    const asker = clusterAsker(cluster, namespace);
    return {
      ask: async (service, port, path) => {
        await this.standBehind(service);
        return asker.ask(service, port, path);
      },
    };
  }

  /** Gives the container's address to the pods of a service. */
  private async standBehind(service: string): Promise<void> {
    const { cluster, namespace } = this.args;
    const { NetworkSettings } = await this.container.inspect();
    const podIP = NetworkSettings.Networks["bridge"]?.IPAddress ?? "";
    const core = cluster.makeApiClient(CoreV1Api);
    const labelSelector = `app.kubernetes.io/name=${service}`;
    const { items } = await core.listNamespacedPod({ namespace, labelSelector });
    for (const { metadata, status } of items) {
      if (status?.podIP === podIP) continue;
      const body = [
        { op: "add", path: "/status/podIP", value: podIP },
        { op: "add", path: "/status/podIPs", value: [{ ip: podIP }] },
      ];
      await core.patchNamespacedPodStatus({ namespace, name: metadata?.name ?? "", body });
    }
  }
}
