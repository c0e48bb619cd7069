import type Docker from "dockerode";
import type { PropertyMap } from "../../protocol/property-value.ts";
import { type LiveObject, UnfinishedObject } from "../live-object.ts";
import { containerValues, type Inspected } from "./container-live.ts";
import { followLog } from "./container-log.ts";
import { waitUntilHealthy } from "./container-wait.ts";
import { daemonText, failure, isNotFound } from "./daemon-error.ts";
import type { CallContext } from "./kind.ts";
import { flagAt } from "./values.ts";

/** What comes after the start: a healthy container where that is waited for, an ended one where it is attached to. */
export async function finishContainer(
  context: CallContext,
  container: Docker.Container,
  inputs: PropertyMap,
): Promise<LiveObject> {
  try {
    if (flagAt(inputs, "start") && flagAt(inputs, "wait"))
      await waitUntilHealthy(context, container.id, inputs);
  } catch (error) {
    throw new UnfinishedObject(daemonText(error), await liveContainer(container, inputs));
  }
  const ended = flagAt(inputs, "attach") ? await awaitEnd(container, inputs) : {};
  const live = await liveContainer(container, inputs).catch((error: unknown) => {
    if (isNotFound(error) && flagAt(inputs, "rm")) return { id: container.id, values: {} };
    throw failure(`Unable to inspect container: ${daemonText(error)}`);
  });
  return { id: live.id, values: { ...live.values, ...ended } };
}

async function liveContainer(container: Docker.Container, inputs: PropertyMap): Promise<LiveObject> {
  const live = (await container.inspect()) as Inspected;
  return { id: live.Id, values: containerValues(live, inputs) };
}

/** Waits until a container has ended. */
export async function awaitEnd(container: Docker.Container, inputs: PropertyMap): Promise<PropertyMap> {
  const log = flagAt(inputs, "logs") ? followLog(container, flagAt(inputs, "tty")) : undefined;
  const condition = flagAt(inputs, "rm") ? "removed" : "not-running";
  const end: { readonly StatusCode: number } = await container.wait({ condition });
  return { exitCode: end.StatusCode, ...(log === undefined ? {} : { containerLogs: await log }) };
}
