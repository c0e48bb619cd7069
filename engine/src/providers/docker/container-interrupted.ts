import type Docker from "dockerode";
import type { PropertyMap } from "../../protocol/property-value.ts";
import { type LiveObject, UnfinishedObject } from "../live-object.ts";
import { awaitEnd, finishContainer } from "./container-finish.ts";
import { containerValues, type Inspected } from "./container-live.ts";
import { daemonText, failure, isNotFound } from "./daemon-error.ts";
import type { CallContext } from "./kind.ts";
import { hasLabels } from "./own-labels.ts";
import { flagAt, textAt } from "./values.ts";

/**
 * What an interrupted create left. A container that never ran lacks what comes between making and starting it; one that
 * ran is waited for as the create would have done. A preview waits only for an end, which its program may ask about.
 */
export async function findContainer(
  context: CallContext,
  inputs: PropertyMap,
  preview: boolean,
): Promise<LiveObject | "absent"> {
  const container = context.docker.getContainer(textAt(inputs, "name"));
  const live = await inspectContainer(container, inputs);
  if (live === undefined || !hasLabels(live.labels, inputs)) return "absent";
  if (live.status !== "created")
    return preview ? ended(container, inputs, live) : finished(context, container, inputs);
  if (!flagAt(inputs, "start") && inputs["uploads"] === undefined) return live;
  if (!preview) await container.remove({ force: true, v: true });
  return "absent";
}

async function ended(
  container: Docker.Container,
  inputs: PropertyMap,
  live: LiveObject,
): Promise<LiveObject> {
  if (!flagAt(inputs, "attach")) return live;
  return { id: live.id, values: { ...live.values, ...(await awaitEnd(container, inputs)) } };
}

/** One that does not become healthy is of no use: it is made anew, which says what is wrong. */
async function finished(
  context: CallContext,
  container: Docker.Container,
  inputs: PropertyMap,
): Promise<LiveObject | "absent"> {
  try {
    return await finishContainer(context, container, inputs);
  } catch (error) {
    if (!(error instanceof UnfinishedObject) || context.signal.aborted) throw error;
    await container.remove({ force: true, v: true });
    return "absent";
  }
}

interface FoundContainer extends LiveObject {
  readonly status: string;
  readonly labels: { readonly [label: string]: string } | null | undefined;
}

async function inspectContainer(
  container: Docker.Container,
  inputs: PropertyMap,
): Promise<FoundContainer | undefined> {
  try {
    const live = (await container.inspect()) as Inspected;
    return {
      id: live.Id,
      values: containerValues(live, inputs),
      status: live.State.Status,
      labels: live.Config.Labels,
    };
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw failure(`Unable to inspect container: ${daemonText(error)}`);
  }
}
