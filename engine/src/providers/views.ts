import type { StepOp } from "../events.ts";
import { RpcError } from "../grpc/server-connection.ts";
import { Status } from "../grpc/status.ts";
import type { StepDiff } from "../plan/step.ts";
import type { PropertyMap } from "../protocol/property-value.ts";

/** A view: a part of an object that its provider tells of, and that is recorded and shown like a resource of its own. */
export interface View {
  readonly type: string;
  readonly name: string;
  readonly inputs: PropertyMap;
  readonly outputs: PropertyMap;
}

/** What a provider did to a view. The engine does nothing about it but to show and to record it. */
export interface ViewStep {
  readonly op: StepOp;
  /** The gravity of a failure. */
  readonly status: "ok" | "partial" | "unknown";
  /** Why it failed; "" where it did not. */
  readonly error: string;
  readonly old: View | undefined;
  readonly new: View | undefined;
  readonly diff: StepDiff;
}

/** The views of the object that a call is about. */
export interface OwnedViews {
  /** As recorded; empty where the call makes or finds a new object. */
  readonly recorded: readonly View[];
  /**
   * Tells what becomes of views, in order; they are shown as under way until the call ends. Settles when that is durable.
   * @throws RpcError where a step contradicts what is recorded, or the call has ended; then none of the steps counts.
   */
  publish(steps: readonly ViewStep[]): Promise<void>;
}

export function isSameView(one: View, other: View): boolean {
  return one.type === other.type && one.name === other.name;
}

/** What a provider is told whose step cannot be taken. */
export function refusal(message: string): RpcError {
  return new RpcError(Status.INVALID_ARGUMENT, message);
}
