import grpc from "@grpc/grpc-js";
import { UserError } from "../errors.ts";
import { type Deployment, DeploymentStopped } from "../execute/goal.ts";
import { createUrn } from "../plan/urn.ts";
import { RpcError } from "../protocol/grpc-server.ts";
import type { Monitor } from "../protocol/monitor.ts";

/**
 * Closed as soon as one call is turned away because the deployment has stopped. From then on every call is: the SDK
 * then ends the program quietly, and signals success although resources are missing.
 */
export interface SourceGate {
  readonly closed: boolean;
  close(): void;
}

/** `signal`: when it aborts, the gate is closed. */
export function createSourceGate(signal: AbortSignal): SourceGate {
  let closed = false;
  return {
    get closed() {
      return closed || signal.aborted;
    },
    close() {
      closed = true;
    },
  };
}

/** Turns away every call once the gate is closed, with the one status that the SDK takes quietly. */
export function guardMonitor(monitor: Monitor, gate: SourceGate): Monitor {
  async function guard<T>(action: () => Promise<T>): Promise<T> {
    try {
      if (gate.closed) throw new DeploymentStopped();
      return await action();
    } catch (error) {
      if (!(error instanceof DeploymentStopped)) throw error;
      gate.close();
      throw new RpcError(grpc.status.UNAVAILABLE, "resource monitor shut down");
    }
  }
  return {
    register: (request) => guard(() => monitor.register(request)),
    registerOutputs: (urn, outputs) => guard(() => monitor.registerOutputs(urn, outputs)),
    read: (request) => guard(() => monitor.read(request)),
    invoke: (request) => guard(() => monitor.invoke(request)),
    call: (request) => guard(() => monitor.call(request)),
    registerPackage: (description) => guard(() => monitor.registerPackage(description)),
    waitForShutdown: () => monitor.waitForShutdown(),
  };
}

/**
 * A deployment whose refusals are told as diagnostics about the refused resource and stop the run: the program must
 * not see them, or it would report each a second time with a stack of its own.
 */
export function tellRefusals(
  deployment: Deployment,
  args: { stack: string; project: string; fail: (urn: string, message: string) => void },
): Deployment {
  async function tell<T>(
    resource: { parent: string; type: string; name: string },
    action: () => Promise<T>,
  ): Promise<T> {
    try {
      return await action();
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      args.fail(createUrn({ stack: args.stack, project: args.project, ...pick(resource) }), error.message);
      throw new DeploymentStopped();
    }
  }
  return {
    preview: deployment.preview,
    register: (goal) => tell(goal, () => deployment.register(goal)),
    registerOutputs: (urn, outputs) => deployment.registerOutputs(urn, outputs),
    read: (goal) => tell(goal, () => deployment.read(goal)),
    findResource: (urn) => deployment.findResource(urn),
  };
}

function pick({ parent, type, name }: { parent: string; type: string; name: string }) {
  return { parent, type, name };
}
