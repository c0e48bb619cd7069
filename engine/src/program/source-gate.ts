import { DeploymentStopped } from "../execute/goal.ts";
import { RpcError } from "../grpc/server-connection.ts";
import { Status } from "../grpc/status.ts";
import type { Monitor } from "../protocol/monitor.ts";

/**
 * Closed as soon as one call is turned away because the deployment has stopped. From then on every call is: the SDK
 * then ends the program quietly, and signals success although resources are missing.
 */
export interface SourceGate {
  readonly closed: boolean;
  /** A call has been turned away: the SDK ends the program, and what it says to that interests nobody. */
  readonly turnedAway: boolean;
  /** How many resources the program has asked for and got no answer about yet. */
  readonly unanswered: number;
  /** Counts a resource as unanswered until its answer is there. */
  track<T>(answer: Promise<T>): Promise<T>;
  close(): void;
  /** Closes the gate because a call has to be turned away. */
  turnAway(): void;
}

/** `signal`: when it aborts, the gate is closed. */
export function createSourceGate(signal: AbortSignal): SourceGate {
  let closed = false;
  let turnedAway = false;
  let unanswered = 0;
  return {
    get turnedAway() {
      return turnedAway;
    },
    get unanswered() {
      return unanswered;
    },
    track(answer) {
      unanswered += 1;
      return answer.finally(() => {
        unanswered -= 1;
      });
    },
    get closed() {
      return closed || signal.aborted;
    },
    close() {
      closed = true;
    },
    turnAway() {
      closed = true;
      turnedAway = true;
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
      gate.turnAway();
      throw new RpcError(Status.UNAVAILABLE, "resource monitor shut down");
    }
  }
  return {
    register: (request) => gate.track(guard(() => monitor.register(request))),
    registerOutputs: (urn, outputs) => guard(() => monitor.registerOutputs(urn, outputs)),
    read: (request) => gate.track(guard(() => monitor.read(request))),
    exists: (request) => guard(() => monitor.exists(request)),
    invoke: (request) => guard(() => monitor.invoke(request)),
    call: (request) => guard(() => monitor.call(request)),
    registerPackage: (description) => guard(() => monitor.registerPackage(description)),
    registerStackTransform: (transform) => guard(() => monitor.registerStackTransform(transform)),
    registerStackInvokeTransform: (transform) => guard(() => monitor.registerStackInvokeTransform(transform)),
    registerResourceHook: (hook) => guard(() => monitor.registerResourceHook(hook)),
    registerErrorHook: (hook) => guard(() => monitor.registerErrorHook(hook)),
    waitForShutdown: () => monitor.waitForShutdown(),
  };
}
