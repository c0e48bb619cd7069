import type Docker from "dockerode";
import type { PropertyMap } from "../../protocol/property-value.ts";
import type { LiveObject } from "../live-object.ts";
import { daemonText, failure, isNotFound } from "./daemon-error.ts";
import type { CallContext, ResourceKind } from "./kind.ts";
import { hasLabels } from "./own-labels.ts";
import { removeWhenFree } from "./removal.ts";
import { VOLUME } from "./schema-others.ts";
import { labelList, labelsAt, textAt, textMapAt } from "./values.ts";

/** `docker:index/volume:Volume`. */
export const volumeKind: ResourceKind = {
  schema: VOLUME,
  create: createVolume,
  read: readVolume,
  update: async () => ({}),
  findInterrupted: findVolume,
  remove: removeVolume,
};

async function findVolume(context: CallContext, inputs: PropertyMap): Promise<LiveObject | "absent"> {
  const live = await readVolume(context, textAt(inputs, "name"));
  return live !== undefined && hasLabels(labelsAt(live.values, "labels"), inputs) ? live : "absent";
}

async function createVolume(context: CallContext, inputs: PropertyMap): Promise<LiveObject> {
  if (inputs["cluster"] !== undefined) {
    throw failure("Unable to create volume: cluster volumes need a swarm, which this engine does not manage");
  }
  const driver = textAt(inputs, "driver");
  const request: Docker.VolumeCreateOptions = {
    Name: textAt(inputs, "name"),
    Labels: labelsAt(inputs, "labels"),
    DriverOpts: textMapAt(inputs, "driverOpts"),
    ...(driver === "" ? {} : { Driver: driver }),
  };
  const made = await context.docker.createVolume(request).catch((error: unknown) => {
    throw failure(`Unable to create volume: ${daemonText(error)}`);
  });
  const live = await readVolume(context, made.name);
  if (live === undefined) throw failure(`volume ${made.name} disappeared right after its creation`);
  return live;
}

async function readVolume(context: CallContext, id: string): Promise<LiveObject | undefined> {
  try {
    const volume = await context.docker.getVolume(id).inspect();
    return { id: volume.Name, values: volumeValues(volume) };
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw failure(`Unable to inspect volume: ${daemonText(error)}`);
  }
}

function volumeValues(volume: Docker.VolumeInspectInfo): PropertyMap {
  return {
    name: volume.Name,
    labels: labelList(volume.Labels),
    driver: volume.Driver,
    driverOpts: volume.Options ?? {},
    mountpoint: volume.Mountpoint,
  };
}

function removeVolume(context: CallContext, id: string): Promise<void> {
  return removeWhenFree(context, {
    remove: () => context.docker.getVolume(id).remove({ force: true }),
    busyText: "volume is in use",
    prefix: "Unable to remove volume: ",
    users: async () => {
      const users = await context.docker.listContainers({ all: true, filters: { volume: [id] } });
      return users.map((container) => container.Names[0]?.replace(/^\//, "") ?? container.Id);
    },
  });
}
