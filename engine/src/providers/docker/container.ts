import { setTimeout as pause } from "node:timers/promises";
import type Docker from "dockerode";
import type { PropertyMap } from "../../protocol/property-value.ts";
import { type LiveObject, UnfinishedObject } from "../live-object.ts";
import { finishContainer } from "./container-finish.ts";
import { findContainer } from "./container-interrupted.ts";
import { containerValues, type Inspected, importedValues, networkValues } from "./container-live.ts";
import { containerRequest, limitRequest, restartPolicy } from "./container-request.ts";
import { joinNetworks, uploadFiles } from "./container-start.ts";
import { waitUntilHealthy } from "./container-wait.ts";
import { daemonText, failure, isNotFound } from "./daemon-error.ts";
import { ensureImage, findImage } from "./images.ts";
import type { CallContext, Change, ResourceKind } from "./kind.ts";
import { takenPortHelp } from "./port-holder.ts";
import { CONTAINER } from "./schema-container.ts";
import { flagAt, numberAt, sameValue, textAt } from "./values.ts";

const MEBIBYTE = 1024 * 1024;
const POLL_INTERVAL = 100;

/** `docker:index/container:Container`. */
export const containerKind: ResourceKind = {
  schema: CONTAINER,
  create: createContainer,
  read: readContainer,
  update: updateContainer,
  findInterrupted: findContainer,
  remove: removeContainer,
};

async function createContainer(context: CallContext, inputs: PropertyMap): Promise<LiveObject> {
  const image = textAt(inputs, "image");
  await ensureImage(context, image, textAt(inputs, "platform")).catch((error: unknown) => {
    throw failure(`Unable to create container with image ${image}: ${daemonText(error)}`);
  });
  const container = await requestContainer(context, inputs);
  try {
    await joinNetworks(context, container.id, inputs);
    await uploadFiles(context, container.id, inputs);
    if (flagAt(inputs, "start")) await startContainer(context, container);
  } catch (error) {
    // A container that never ran is of no use to anyone, and its name would be taken at the next try.
    await container.remove({ force: true, v: true }).catch(() => undefined);
    throw error instanceof Error && error.name === "ProviderError" ? error : failure(daemonText(error));
  }
  return finishContainer(context, container, inputs);
}

async function requestContainer(context: CallContext, inputs: PropertyMap): Promise<Docker.Container> {
  try {
    return await context.docker.createContainer(containerRequest(inputs));
  } catch (error) {
    const text = daemonText(error);
    const prefix = text.startsWith("Unable to") ? "" : "Unable to create container: ";
    throw failure(prefix + text, takenNameHelp(text, textAt(inputs, "name")));
  }
}

function takenNameHelp(text: string, name: string): string {
  if (!text.includes("is already in use by container")) return "";
  return (
    `If an interrupted update made it, remove it with \`docker rm -f ${name}\` or take it over with ` +
    `\`pulumi import ${CONTAINER.type} <name> $(docker inspect -f '{{.Id}}' ${name})\`.`
  );
}

async function startContainer(context: CallContext, container: Docker.Container): Promise<void> {
  try {
    await container.start();
  } catch (error) {
    // 304: it runs already.
    if (error instanceof Error && "statusCode" in error && error.statusCode === 304) return;
    const text = daemonText(error);
    throw failure(`Unable to start container: ${text}`, await takenPortHelp(context, text));
  }
}

async function readContainer(
  context: CallContext,
  id: string,
  recorded: PropertyMap,
): Promise<LiveObject | undefined> {
  try {
    const live = (await context.docker.getContainer(id).inspect()) as Inspected;
    if (Object.keys(recorded).length === 0) {
      return { id: live.Id, values: importedValues(live, await findImage(context, live.Image)) };
    }
    const swap = await unlimitedSwap(context, live, recorded);
    return { id: live.Id, values: { ...containerValues(live, recorded), ...swap } };
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw failure(`Unable to inspect container: ${daemonText(error)}`);
  }
}

/** A kernel without swap accounting drops the swap limit and says -1: then what was asked for stands. */
async function unlimitedSwap(
  context: CallContext,
  live: Inspected,
  recorded: PropertyMap,
): Promise<PropertyMap> {
  const asked = numberAt(recorded, "memorySwap");
  if (live.HostConfig.MemorySwap !== -1 || asked <= 0) return {};
  const info = (await context.docker.info()) as { readonly SwapLimit?: boolean };
  return info.SwapLimit === false ? { memorySwap: asked } : {};
}

async function updateContainer(context: CallContext, change: Change): Promise<PropertyMap> {
  const { inputs, recorded } = change;
  const container = context.docker.getContainer(change.id);
  const [before, now] = [updateRequest(recorded), updateRequest(inputs)];
  const live = (await container.inspect()) as Inspected;
  if (!sameValue(before, now)) {
    await container.update({ ...now, ...swapRoom(live, inputs) }).catch((error: unknown) => {
      throw failure(`Unable to update a container: ${daemonText(error)}`);
    });
  }
  if (!flagAt(inputs, "start") || !flagAt(inputs, "mustRun") || live.State.Running) {
    return flagAt(inputs, "wait") ? waitAgain(context, change, live) : {};
  }
  await startContainer(context, container);
  return waitAgain(context, change, (await container.inspect()) as Inspected);
}

function updateRequest(values: PropertyMap): PropertyMap {
  return { ...limitRequest(values), RestartPolicy: { ...restartPolicy(values) } } as PropertyMap;
}

/** Docker refuses a memory limit above the swap limit that it chose itself at the creation. */
function swapRoom(live: Inspected, inputs: PropertyMap): { readonly MemorySwap?: number } {
  const memory = numberAt(inputs, "memory") * MEBIBYTE;
  const swap = live.HostConfig.MemorySwap ?? 0;
  return numberAt(inputs, "memorySwap") === 0 && swap > 0 && memory > swap ? { MemorySwap: 2 * memory } : {};
}

async function waitAgain(context: CallContext, change: Change, live: Inspected): Promise<PropertyMap> {
  const values: PropertyMap = { ...networkValues(live), exitCode: null };
  if (!flagAt(change.inputs, "wait") || !flagAt(change.inputs, "start")) return values;
  try {
    await waitUntilHealthy(context, change.id, change.inputs);
    return values;
  } catch (error) {
    throw new UnfinishedObject(daemonText(error), { id: change.id, values });
  }
}

async function removeContainer(context: CallContext, id: string, recorded: PropertyMap): Promise<void> {
  const container = context.docker.getContainer(id);
  const grace = numberAt(recorded, "destroyGraceSeconds") || numberAt(recorded, "stopTimeout");
  if (!flagAt(recorded, "attach")) {
    await container
      .stop({ t: grace })
      .catch(ignoring("Error stopping container", id, /304|No such container/));
  }
  await container
    .remove({ force: true, v: flagAt(recorded, "removeVolumes") })
    .catch(ignoring("Error deleting container", id, /No such container|is already in progress/));
  await untilGone(context, container);
}

function ignoring(what: string, id: string, harmless: RegExp): (error: unknown) => void {
  return (error) => {
    const status = error instanceof Error && "statusCode" in error ? String(error.statusCode) : "";
    if (!harmless.test(`${status} ${daemonText(error)}`))
      throw failure(`${what} ${id}: ${daemonText(error)}`);
  };
}

/** A removal that something else began is over when the container is gone. */
async function untilGone(context: CallContext, container: Docker.Container): Promise<void> {
  while (!context.signal.aborted) {
    const isThere = await container.inspect().then(
      () => true,
      (error: unknown) => !isNotFound(error),
    );
    if (!isThere) return;
    await pause(POLL_INTERVAL);
  }
}
