import type { StoreVariables } from "../bootstrap/test-stores.ts";
import type { Environment } from "../data/cloud/credentials.ts";
import type { LiveCluster } from "../health/live-cluster.ts";
import type { OpenStack } from "../stack.ts";
import type { Output } from "../verb.ts";
import type { AtlasOrganisation } from "./stage/atlas-organisation.ts";

/** What the acts play with. */
export interface World {
  readonly output: Output;
  readonly opened: OpenStack;
  /** Credentials of both vendors, as a person who keeps the data has them in the environment. */
  readonly vendors: Environment;
  /** The cluster that the stack is deployed to, read past the engine. */
  readonly cluster: LiveCluster;
  readonly atlas: AtlasOrganisation;
  /** The stores that the data comes from: `TEST_MONGODB_URL`, `TEST_NEO4J_URL`, … */
  readonly source: StoreVariables;
  readonly images: PushedImages;
  /** Folder for what the acts write. */
  readonly folder: string;
}

export interface PushedImages {
  /** Registry and path, `127.0.0.1:5000/trials`. */
  readonly repository: string;
  /** Image -> `sha256:…`. */
  readonly digests: { readonly [service: string]: string };
}

/** Full name of an image. */
export function imageOf({ repository, digests }: PushedImages, service: string): string {
  return `${repository}/${service}@${digests[service] ?? ""}`;
}

/** Database of the source. */
export const SOURCE_DATABASE = "trials";

/** Database of the Python backend in the cloud stack. */
export const TARGET_DATABASE = "trials_python";

/** Changes a setting of the rehearsed stack. */
export async function setSetting(world: World, key: string, value: string): Promise<void> {
  await world.opened.stack.setConfig(`trials:${key}`, { value }, true);
}
