import { join } from "node:path";
import Docker from "dockerode";
import type { StackOutputs } from "../../contracts/stack-outputs.ts";
import { UserError } from "../errors.ts";
import type { OpenStack } from "../stack.ts";
import { AtlasStore } from "./cloud/atlas-store.ts";
import { AuraStore } from "./cloud/aura-store.ts";
import { CloudKeeper, type CloudStore } from "./cloud/cloud-keeper.ts";
import { type Environment, readAtlasAccess, readAuraAccess } from "./cloud/credentials.ts";
import { PATIENCE, type Patience } from "./cloud/poll.ts";
import { VendorApi } from "./cloud/vendor-api.ts";
import { DockerKeeper } from "./docker/docker-keeper.ts";
import type { DataKeeper } from "./keeper.ts";

export interface KeeperOptions {
  /** Where the vendors' credentials are. @default the process's */
  readonly env?: Environment;
  /** How vendors are waited for. */
  readonly patience?: Patience;
}

/**
 * The keeper of a stack's data: of Docker volumes, or of databases at Atlas and Aura.
 *
 * @throws UserError `credentials-missing`, `graph-unknown`
 */
export function openDataKeeper(
  opened: Pick<OpenStack, "name" | "project" | "checkout">,
  outputs: Pick<StackOutputs, "cloud">,
  options: KeeperOptions = {},
): DataKeeper {
  const { env = process.env, patience = PATIENCE } = options;
  if (outputs.cloud !== undefined) return new CloudKeeper(openCloudStores(outputs.cloud, { env, patience }));
  const name = { project: opened.project, stack: opened.name };
  const folder = join(opened.checkout.local, "data", name.project, name.stack);
  return new DockerKeeper({ docker: new Docker(), name, folder });
}

function openCloudStores(
  { documents, graph }: NonNullable<StackOutputs["cloud"]>,
  { env, patience }: { readonly env: Environment; readonly patience: Patience },
): CloudStore[] {
  if (graph.instanceId === "") {
    throw new UserError("graph-unknown", "the graph database's address does not tell its AuraDB instance", {
      help: "put AURA_INSTANCEID into the credentials file of the setting graphCredentials, then bring the stack up",
    });
  }
  const atlas = new VendorApi(readAtlasAccess(env));
  const aura = new VendorApi(readAuraAccess(env));
  return [
    new AtlasStore({ api: atlas, ...documents, patience }),
    new AuraStore({ api: aura, instanceId: graph.instanceId, patience }),
  ];
}
