import type Docker from "dockerode";
import { ROLE_LABEL, type StackName, stackLabels } from "../../stack-name.ts";

/**
 * How a store is held still while its volume is copied. What Neo4j has acknowledged is in its transaction log, from
 * which it recovers as after a power cut: it is paused, and its clients only wait. A document store writes up to a
 * second later than it acknowledges: it is stopped, which writes all.
 */
export type Stillness = "stop" | "pause";

/** A container with a volume that holds data of the environment. */
export interface VolumeStore {
  /** Its role: `graph-store`, `backend-node-documents`. */
  readonly role: string;
  readonly container: string;
  readonly image: string;
  readonly user: string;
  readonly volume: string;
  /** Where the volume is mounted. */
  readonly path: string;
  readonly stillness: Stillness;
}

/** The stores of a stack, by role. */
export async function findStores(docker: Docker, name: StackName): Promise<VolumeStore[]> {
  const filters = JSON.stringify({ label: stackLabels(name) });
  const containers = await docker.listContainers({ all: true, filters });
  const found = containers.flatMap(({ Id, Labels }) => {
    const role = Labels[ROLE_LABEL] ?? "";
    const stillness = stillnessOf(role);
    return stillness === undefined ? [] : [inspectStore(docker, { role, container: Id, stillness })];
  });
  return (await Promise.all(found)).sort((a, b) => (a.role < b.role ? -1 : 1));
}

/** Undefined where a container with this role holds no data that anybody would miss. */
export function stillnessOf(role: string): Stillness | undefined {
  if (role === "graph-store") return "pause";
  return role.endsWith("-documents") ? "stop" : undefined;
}

async function inspectStore(
  docker: Docker,
  store: Pick<VolumeStore, "role" | "container" | "stillness">,
): Promise<VolumeStore> {
  const { Image, Config, Mounts } = await docker.getContainer(store.container).inspect();
  const mount = Mounts.find(({ Type, RW }) => Type === "volume" && RW);
  if (mount?.Name === undefined) throw new Error(`${store.role} has no data volume`);
  return { ...store, image: Image, user: Config.User, volume: mount.Name, path: mount.Destination };
}
