import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type AwaitOptions, awaitMachines, awaitServer } from "./await-server.ts";
import { type BuildOptions, type BuiltControlPlane, ensureControlPlane } from "./build.ts";
import { connectCluster } from "./cluster-client.ts";
import { controllersCommand, etcdCommand, kwokCommand, schedulerCommand, serverCommand } from "./commands.ts";
import { addKinds, addNodes, awaitNodes } from "./furnish.ts";
import { createProcesses, type Processes } from "./processes.ts";
import { prepareSite, type Site } from "./site.ts";

export interface ControlPlaneOptions extends BuildOptions {
  /** Where data, certificates and logs go; data of an earlier start is lost. @default one that goes with the control plane */
  readonly folder?: string;
  /** How many machines it pretends to have, spread over two zones. @default 4 */
  readonly nodes?: number;
}

/** A Kubernetes API server with its controllers and scheduler, and machines that are made up. */
export interface ControlPlane {
  /** Absolute path; its user may do everything. */
  readonly kubeconfigFile: string;
  readonly kubeconfig: string;
  /** URL of the API server. */
  readonly server: string;
  /** File of the certificate authority. */
  readonly authority: string;
  readonly startTimes: StartTimes;
  /** Takes the API server away, as an outage does; what it holds stays. */
  stopServer(): Promise<void>;
  startServer(): Promise<void>;
  /** Ends every process; nothing stays but a folder that was named. */
  close(): Promise<void>;
}

/** Milliseconds of a start, by phase. */
export interface StartTimes {
  readonly server: number;
  readonly kinds: number;
  readonly nodes: number;
}

/**
 * Starts a control plane on free ports of the loopback interface; its processes end with this one.
 * @throws ControlPlaneError where something cannot be built, or a part does not start
 */
export async function startControlPlane(options: ControlPlaneOptions = {}): Promise<ControlPlane> {
  const built = await ensureControlPlane(options);
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), "trials-kubernetes-"));
  const removeFolder = () => {
    if (options.folder === undefined) rmSync(folder, { recursive: true, force: true });
  };
  try {
    const site = await prepareSite(folder, built.programs);
    const processes = createProcesses(site.logs);
    const close = async () => {
      await processes.stopAll();
      removeFolder();
    };
    const startTimes = await startParts(site, processes, {
      ...options,
      definitions: built.definitions,
    }).catch(async (error: unknown) => {
      await processes.stopAll();
      throw error;
    });
    const { kubeconfig, kubeconfigFile, server } = site;
    return {
      ...{ kubeconfig, kubeconfigFile, server, startTimes, close },
      authority: site.layout.authority.certificate,
      stopServer: () => processes.stop("kube-apiserver"),
      startServer: () => startServer(site, processes, options),
    };
  } catch (error) {
    removeFolder();
    throw error;
  }
}

async function startParts(
  site: Site,
  processes: Processes,
  options: ControlPlaneOptions & Pick<BuiltControlPlane, "definitions">,
): Promise<StartTimes> {
  const { layout, kubeconfigs } = site;
  const report = options.onProgress ?? (() => undefined);
  const client = connectCluster(site.kubeconfig);
  const count = options.nodes ?? 4;
  const awaiting = awaitOptions(processes, options.signal);
  report("starting etcd and the API server …");
  processes.start("etcd", etcdCommand(layout));
  const server = await timed(() => startServer(site, processes, options));
  processes.start("kube-controller-manager", controllersCommand(layout, kubeconfigs.controllers));
  processes.start("kube-scheduler", schedulerCommand(layout, kubeconfigs.scheduler));
  report("adding custom kinds …");
  const kinds = await timed(() => addKinds(client, options.definitions, awaiting));
  report("adding machines …");
  const nodes = await timed(async () => {
    await addNodes(client, count);
    processes.start("kwok", kwokCommand(layout, site.kubeconfigFile));
    await awaitMachines(layout.ports.machines, awaiting);
    await awaitNodes(client, count, awaiting);
  });
  return { server, kinds, nodes };
}

async function startServer(
  site: Site,
  processes: Processes,
  { signal }: Pick<ControlPlaneOptions, "signal">,
): Promise<void> {
  processes.start("kube-apiserver", serverCommand(site.layout));
  await awaitServer(connectCluster(site.kubeconfig), awaitOptions(processes, signal));
}

function awaitOptions({ requireAlive }: Processes, signal: AbortSignal | undefined): AwaitOptions {
  return { requireAlive, ...(signal !== undefined && { signal }) };
}

async function timed(work: () => Promise<void>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}
