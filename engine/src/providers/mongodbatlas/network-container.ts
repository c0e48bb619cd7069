import type { PropertyMap } from "../../protocol/property-value.ts";
import type { LiveObject } from "../live-object.ts";
import { flagAt, mapsAt, sameValue, textAt, textsAt } from "../plain-values.ts";
import { doing, hasCode, isNotFound, unlessGone } from "./atlas-error.ts";
import { addressOf, callsOf } from "./calls.ts";
import type { CallContext, ResourceKind } from "./kind.ts";
import { findOnlyOne } from "./only-one.ts";
import { regionLike } from "./region-name.ts";
import { NETWORK_CONTAINER } from "./schema-network.ts";
import { encodeStateId, partsOfId } from "./state-id.ts";
import { compact } from "./values.ts";
import { TimeUpError } from "./wait-for-state.ts";

const VERSION = "2023-01-01";
const POLL_MS = 10_000;
const DELETE_LIMIT_SECONDS = 3600;
const CHANGEABLE = ["providerName", "atlasCidrBlock", "regionName", "region", "regions"];
const TEXTS = ["azureSubscriptionId", "gcpProjectId", "networkName", "vnetName", "vpcId"];
const ID = {
  names: ["project_id", "container_id"],
  pattern: /^([^-]+)-(.+)$/s,
  advice: "to import a container, use the format {project_id}-{container_id}",
};

/** The network that Atlas' machines of one region are in. */
export const networkContainerKind: ResourceKind = {
  schema: NETWORK_CONTAINER,
  create: async (context, { planned }) => {
    const projectId = textAt(planned, "projectId");
    const container = await doing("error creating MongoDB Network Peering Container", () =>
      callsOf(context, VERSION).post(addressOfContainers(projectId), requestOf(planned)),
    );
    return liveObject(container, planned);
  },
  read: async (context, id, recorded) => {
    const { project_id: projectId = "", container_id: containerId = "" } = partsOfId(id, ID);
    const container = await unlessGone(
      `error reading MongoDB Network Peering Container (${containerId})`,
      () => callsOf(context, VERSION).get(pathOf(projectId, containerId)),
    );
    return container === undefined ? undefined : liveObject(container, { ...recorded, projectId });
  },
  resumption: {
    find: async (context, planned) => {
      const query = new URLSearchParams({
        providerName: textAt(planned, "providerName"),
        itemsPerPage: "500",
      });
      const path = `${addressOfContainers(textAt(planned, "projectId"))}?${query}`;
      const containers = mapsAt(await callsOf(context, VERSION).get(path), "results");
      return findOnlyOne(
        NETWORK_CONTAINER,
        containers.map((container) => liveObject(container, planned)),
        planned,
      );
    },
    late: [],
    finish: async (_context, { id, recorded }) => ({ id, values: recorded }),
  },
  update: async (context, { id, recorded, planned }) => {
    const { project_id: projectId = "", container_id: containerId = "" } = partsOfId(id, ID);
    const path = pathOf(projectId, containerId);
    if (CHANGEABLE.some((name) => !sameValue(recorded[name], planned[name]))) {
      await doing(`error updating MongoDB Network Peering Container (${containerId})`, () =>
        callsOf(context, VERSION).patch(path, requestOf(planned)),
      );
    }
    return liveObject(await callsOf(context, VERSION).get(path), planned);
  },
  remove: async (context, id) => {
    const { project_id: projectId = "", container_id: containerId = "" } = partsOfId(id, ID);
    await doing(`error deleting MongoDB Network Peering Container (${containerId})`, () =>
      removeOnceFree(context, pathOf(projectId, containerId)),
    );
  },
};

/** A container goes when nothing is in it any more; clusters take a while to leave. */
async function removeOnceFree(context: CallContext, path: string): Promise<void> {
  const { clock, signal, timeout } = context;
  const limit = timeout || DELETE_LIMIT_SECONDS;
  const deadline = clock.now() + limit * 1000;
  for (;;) {
    try {
      await callsOf(context, VERSION).remove(path);
      return;
    } catch (error) {
      if (isNotFound(error)) return;
      if (!hasCode(error, "CONTAINERS_IN_USE")) throw error;
      if (clock.now() >= deadline) {
        const reason = `timeout while waiting for it to be free (timeout: ${limit}s): ${String((error as Error).message)}`;
        throw new TimeUpError(reason, {}, "delete what is in it; the next update tries again");
      }
    }
    await clock.sleep(POLL_MS, signal);
  }
}

function addressOfContainers(projectId: string): string {
  return addressOf("groups", projectId, "containers");
}

function pathOf(projectId: string, containerId: string): string {
  return `${addressOfContainers(projectId)}${addressOf(containerId)}`;
}

function requestOf(planned: PropertyMap): PropertyMap {
  const providerName = textAt(planned, "providerName");
  const region = (name: string): string => textAt(planned, name).replaceAll("-", "_");
  const regions = textsAt(planned, "regions");
  return compact({
    providerName,
    atlasCidrBlock: planned["atlasCidrBlock"],
    regionName: providerName === "AWS" ? region("regionName") : undefined,
    region: providerName === "AZURE" ? region("region") : undefined,
    regions: providerName === "GCP" && regions.length > 0 ? regions : undefined,
  });
}

function liveObject(container: PropertyMap, known: PropertyMap): LiveObject {
  const projectId = textAt(known, "projectId");
  const containerId = textAt(container, "id");
  const providerName = textAt(container, "providerName") || textAt(known, "providerName");
  return {
    id: encodeStateId({ project_id: projectId, container_id: containerId }),
    values: {
      ...Object.fromEntries(TEXTS.map((name) => [name, textAt(container, name)])),
      atlasCidrBlock: textAt(container, "atlasCidrBlock"),
      containerId,
      projectId,
      providerName,
      provisioned: flagAt(container, "provisioned"),
      region: regionLike(textAt(container, "region"), known["region"]),
      regionName: regionLike(textAt(container, "regionName"), known["regionName"]),
      regions: textsAt(container, "regions"),
    },
  };
}
