import type Docker from "dockerode";
import type { PropertyMap } from "../../protocol/property-value.ts";
import { containerValues, type Inspected } from "./container-live.ts";
import { daemonText, failure, isNotFound } from "./daemon-error.ts";
import type { CallContext, LiveObject } from "./kind.ts";
import { hasLabels } from "./own-labels.ts";
import { flagAt, textAt } from "./values.ts";

/** What an interrupted create left: a container that never ran lacks what comes between making and starting it. */
export async function findContainer(
  context: CallContext,
  inputs: PropertyMap,
  preview: boolean,
): Promise<LiveObject | "absent"> {
  const container = context.docker.getContainer(textAt(inputs, "name"));
  const live = await inspectContainer(container, inputs);
  if (live === undefined || !hasLabels(live.labels, inputs)) return "absent";
  if (live.status !== "created") return live;
  if (!flagAt(inputs, "start") && inputs["uploads"] === undefined) return live;
  if (!preview) await container.remove({ force: true, v: true });
  return "absent";
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
