import type { EngineEvent, Stack } from "@pulumi/pulumi/automation/index.js";
import { engineFailure } from "../failure.ts";
import { DETAILS } from "../plan.ts";
import { OperationProgress } from "../progress.ts";
import { makeRelease } from "../release/make-release.ts";
import { openReleaseStore } from "../release/open-release-store.ts";
import type { Output } from "../verb.ts";
import type { World } from "./world.ts";

/** What one operation did: op -> names of the resources, without those that stayed the same. */
export type Changes = { readonly [op: string]: readonly string[] };

type Operation = "up" | "preview" | "refresh" | "destroy";

/** Runs an operation on a stack. @throws UserError with what the engine said. */
export async function operate(stack: Stack, operation: Operation, output: Output): Promise<Changes> {
  const changes: { [op: string]: string[] } = {};
  const progress = new OperationProgress({ output, clock: () => performance.now() });
  const onEvent = (event: EngineEvent) => {
    progress.accept(event);
    const step = event.resourcePreEvent?.metadata;
    if (step === undefined || DETAILS.has(step.op) || step.op === "read") return;
    changes[step.op] = [...(changes[step.op] ?? []), step.urn.slice(step.urn.lastIndexOf("::") + 2)];
  };
  try {
    await stack[operation]({ onEvent, signal: output.signal });
    return changes;
  } catch (error) {
    throw engineFailure(error, progress.failures);
  } finally {
    progress.close();
  }
}

/** Updates the stack to its settings, as a release. @throws UserError with what the engine said; then there is none. */
export async function update(
  { opened, output }: Pick<World, "opened" | "output">,
  message: string,
): Promise<Changes> {
  let changes: Changes = {};
  const request = { cause: { kind: "up" }, message } as const;
  await makeRelease({ opened, store: openReleaseStore(opened), request, output }, async () => {
    changes = await operate(opened.stack, "up", output);
    return undefined;
  });
  return changes;
}

/** `create 12, update 1`; `nothing` where nothing changed. */
export function renderChanges(changes: Changes): string {
  const parts = Object.entries(changes).map(([op, names]) => `${op} ${names.length}`);
  return parts.length === 0 ? "nothing" : parts.join(", ");
}
