import type Docker from "dockerode";
import type { StackName } from "../../../stack-name.ts";
import { stackLabels } from "../../../stack-name.ts";
import type { ManagedResource } from "../../recorded.ts";
import { textAt } from "../inputs.ts";
import type { LiveContainer, ProcessShape } from "./shape.ts";

export const CONTAINER = "docker:index/container:Container";
export const NETWORK = "docker:index/network:Network";
export const VOLUME = "docker:index/volume:Volume";
export const IMAGE = "docker:index/remoteImage:RemoteImage";

export type LiveVolume = Docker.VolumeInspectInfo & { readonly CreatedAt?: string };
export type LiveImage = Docker.ImageInspectInfo & { readonly Config: ProcessShape };

/** All that the review needs to know of one Docker Engine, read at once. */
export interface Inventory {
  /** By id and by name. */
  readonly containers: ReadonlyMap<string, LiveContainer>;
  readonly networks: ReadonlyMap<string, Docker.NetworkInspectInfo>;
  readonly volumes: ReadonlyMap<string, LiveVolume>;
  /** By id and by each name. */
  readonly images: ReadonlyMap<string, LiveImage>;
  /** Those with the stack's labels, each once. */
  readonly labelled: {
    readonly containers: readonly LiveContainer[];
    readonly networks: readonly Docker.NetworkInspectInfo[];
    readonly volumes: readonly LiveVolume[];
  };
  readonly daemon: { readonly runtime: string; readonly logDriver: string };
}

/** Reads what the resources stand for, and whatever has the stack's labels. */
export async function takeInventory(
  docker: Docker,
  resources: readonly ManagedResource[],
  stack: StackName,
): Promise<Inventory> {
  const filters = { label: stackLabels(stack) };
  const [info, containers, networks, volumes] = await Promise.all([
    docker.info() as Promise<{ DefaultRuntime?: string; LoggingDriver?: string }>,
    docker.listContainers({ all: true, filters }),
    docker.listNetworks({ filters }),
    docker.listVolumes({ filters }),
  ]);
  const asked = (type: string) => resources.filter((resource) => resource.type === type);
  const inspect = <T>(keys: readonly string[], read: (key: string) => Promise<unknown>) =>
    readAll<T>([...new Set(keys)].filter(Boolean), read);
  const containerKeys = [...containers.map(({ Id }) => Id), ...asked(CONTAINER).flatMap(keysOf)];
  const networkKeys = [...networks.map(({ Id }) => Id), ...asked(NETWORK).flatMap(keysOf)];
  const volumeKeys = [...volumes.Volumes.map(({ Name }) => Name), ...asked(VOLUME).map(({ id }) => id)];
  const imageKeys = [
    ...asked(IMAGE).flatMap(({ inputs, outputs }) => [textAt(inputs, "name"), textAt(outputs, "imageId")]),
    ...asked(CONTAINER).map(({ inputs }) => textAt(inputs, "image")),
  ];
  const [allContainers, allNetworks, allVolumes, images] = await Promise.all([
    inspect<LiveContainer>(containerKeys, (key) => docker.getContainer(key).inspect()),
    inspect<Docker.NetworkInspectInfo>(networkKeys, (key) => docker.getNetwork(key).inspect()),
    inspect<LiveVolume>(volumeKeys, (key) => docker.getVolume(key).inspect()),
    inspect<LiveImage>(imageKeys, (key) => docker.getImage(key).inspect()),
  ]);
  return {
    containers: allContainers,
    networks: allNetworks,
    volumes: allVolumes,
    images,
    labelled: {
      containers: containers.flatMap(({ Id }) => allContainers.get(Id) ?? []),
      networks: networks.flatMap(({ Id }) => allNetworks.get(Id) ?? []),
      volumes: volumes.Volumes.flatMap(({ Name }) => allVolumes.get(Name) ?? []),
    },
    daemon: { runtime: info.DefaultRuntime ?? "runc", logDriver: info.LoggingDriver ?? "json-file" },
  };
}

/** Under its id and under its name: an object that was made anew keeps the name only. */
function keysOf({ id, inputs, outputs }: ManagedResource): string[] {
  return [id, textAt(inputs, "name") || textAt(outputs, "name")];
}

async function readAll<T>(
  keys: readonly string[],
  read: (key: string) => Promise<unknown>,
): Promise<Map<string, T>> {
  const found = await Promise.all(
    keys.map(async (key): Promise<[string, T][]> => {
      try {
        return [[key, (await read(key)) as T]];
      } catch (error) {
        if ((error as { statusCode?: number }).statusCode === 404) return [];
        throw error;
      }
    }),
  );
  return new Map(found.flat());
}
