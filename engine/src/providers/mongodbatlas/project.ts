import { ProviderError } from "../../errors.ts";
import { isPropertyMap, type PropertyMap } from "../../protocol/property-value.ts";
import type { LiveObject } from "../live-object.ts";
import { mapsAt, sameValue, textAt } from "../plain-values.ts";
import { doing, isNotFound, OperationError } from "./atlas-error.ts";
import type { CallContext, Change, ResourceKind } from "./kind.ts";
import { findIpAddresses, readLimits, readTeams, syncLimits, syncTeams } from "./project-parts.ts";
import { PROJECT, PROJECT_FLAGS } from "./schema-access.ts";
import { compact, fromPairs, pick, toPairs } from "./values.ts";

const VERSION = "2023-01-01";
const DELETE_POLL_MS = 30_000;
const DELETE_LIMIT_MS = 30 * 60_000;

/** Atlas' names of settings that differ from ours. */
const API_NAMES: { readonly [name: string]: string } = {
  isDataExplorerGenAiFeaturesEnabled: "isDataExplorerGenAIFeaturesEnabled",
  isDataExplorerGenAiSampleDocumentPassingEnabled: "isDataExplorerGenAISampleDocumentPassingEnabled",
};

/** A project: what clusters, users and access lists belong to. */
export const projectKind: ResourceKind = {
  schema: PROJECT,
  create: async (context, { planned }) => {
    const project = await doing(`error creating project: ${textAt(planned, "name")}`, () =>
      context.client.request({
        method: "POST",
        path: `/groups${ownerQuery(planned)}`,
        version: VERSION,
        body: compact({
          orgId: planned["orgId"],
          name: planned["name"],
          withDefaultAlertsSettings: planned["withDefaultAlertsSettings"],
          regionUsageRestrictions: planned["regionUsageRestrictions"],
          tags: planned["tags"] === undefined ? undefined : toPairs(planned["tags"]),
        }),
      }),
    );
    const id = textAt(project, "id");
    try {
      await settle(context, { id, recorded: {}, planned, inputs: {} });
    } catch (error) {
      // A project that is not as it should be would be in the way of the next try.
      await context.client.request({ method: "DELETE", path: pathOf(id), version: VERSION });
      throw error;
    }
    return readProject(context, id, planned);
  },
  read: async (context, id, recorded) => {
    try {
      return await readProject(context, id, recorded);
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  },
  resumption: {
    find: async (context, planned) => {
      const path = `/groups/byName/${encodeURIComponent(textAt(planned, "name"))}`;
      try {
        const project = await context.client.request({ method: "GET", path, version: VERSION });
        return await readProject(context, textAt(project, "id"), planned);
      } catch (error) {
        if (isNotFound(error)) return undefined;
        throw error;
      }
    },
    late: [...PROJECT_FLAGS, "isSlowOperationThresholdingEnabled", "limits", "teams"],
    finish: async (context, change) => {
      await settle(context, change);
      return readProject(context, change.id, change.planned);
    },
  },
  update: async (context, change) => {
    const { id, recorded, planned } = change;
    const isSame = ["name", "tags"].every((name) => sameValue(recorded[name] ?? null, planned[name] ?? null));
    if (!isSame) {
      const body = { name: planned["name"], tags: toPairs(planned["tags"]) };
      await doing("error in project update", () =>
        context.client.request({ method: "PATCH", path: pathOf(id), version: VERSION, body }),
      );
    }
    await settle(context, change);
    return readProject(context, id, planned);
  },
  remove: async (context, id) => {
    try {
      await waitForClusters(context, id);
      await context.client.request({ method: "DELETE", path: pathOf(id), version: VERSION });
    } catch (error) {
      if (isNotFound(error)) return;
      if (!(error instanceof ProviderError)) throw error;
      const detail = `error deleting project (${id}): ${error.message}`;
      throw new OperationError("error when destroying resource", detail, { cause: error });
    }
  },
};

function pathOf(id: string): string {
  return `/groups/${encodeURIComponent(id)}`;
}

function ownerQuery(planned: PropertyMap): string {
  const projectOwnerId = textAt(planned, "projectOwnerId");
  return projectOwnerId === "" ? "" : `?${new URLSearchParams({ projectOwnerId })}`;
}

/** Teams, limits and settings: each has an address of its own. */
async function settle(context: CallContext, change: Change): Promise<void> {
  const { client } = context;
  const path = pathOf(change.id);
  await doing("error in project teams update", () => syncTeams(client, path, change));
  await doing("error in project limits update", () => syncLimits(client, path, change));
  await doing("error in project settings update", async () => {
    const request = { path: `${path}/settings`, version: VERSION };
    const before = await client.request({ method: "GET", ...request });
    const wanted = Object.fromEntries(
      Object.entries(pick(change.planned, PROJECT_FLAGS)).map(([name, value]) => [
        API_NAMES[name] ?? name,
        value,
      ]),
    );
    if (Object.entries(wanted).every(([name, value]) => before[name] === value)) return;
    await client.request({ method: "PATCH", ...request, body: { ...before, ...wanted } });
  });
  await settleSlowOperations(context, path, change);
}

async function settleSlowOperations(
  { client }: CallContext,
  path: string,
  { planned, recorded }: Change,
): Promise<void> {
  const wanted = planned["isSlowOperationThresholdingEnabled"];
  if (typeof wanted !== "boolean" || wanted === recorded["isSlowOperationThresholdingEnabled"]) return;
  const [method, end] = wanted ? (["POST", "enable"] as const) : (["DELETE", "disable"] as const);
  await doing("error in project settings update", () =>
    client.request({ method, path: `${path}/managedSlowMs/${end}`, version: VERSION }),
  );
}

/** `known` tells which limits the program named, and what the API does not give back. */
async function readProject({ client }: CallContext, id: string, known: PropertyMap): Promise<LiveObject> {
  const path = pathOf(id);
  const get = (end: string) => client.request({ method: "GET", path: `${path}${end}`, version: VERSION });
  const project = await doing("error when getting project from Atlas", () => get(""));
  return doing("error when getting project properties after create", async () => {
    const settings = await get("/settings");
    const flags = PROJECT_FLAGS.map((name) => [name, settings[API_NAMES[name] ?? name] ?? false] as const);
    const slow = await get("/managedSlowMs");
    return {
      id,
      values: compact({
        clusterCount: project["clusterCount"],
        created: project["created"],
        name: project["name"],
        orgId: project["orgId"],
        regionUsageRestrictions: project["regionUsageRestrictions"],
        tags: fromPairs(project["tags"]) ?? (isPropertyMap(known["tags"]) ? {} : undefined),
        ...Object.fromEntries(flags),
        isSlowOperationThresholdingEnabled: slow["value"] ?? false,
        ipAddresses: findIpAddresses(await get("/ipAddresses")),
        teams: await readTeams(client, path),
        limits: await readLimits(client, path, mapsAt(known, "limits")),
        ...pick(known, ["projectOwnerId", "withDefaultAlertsSettings"]),
      }),
    };
  });
}

/** A project cannot go while its clusters are going. */
async function waitForClusters({ client, clock, signal }: CallContext, id: string): Promise<void> {
  const deadline = clock.now() + DELETE_LIMIT_MS;
  for (;;) {
    const list = await client.request({
      method: "GET",
      path: `${pathOf(id)}/clusters`,
      version: "2024-08-05",
    });
    const clusters = mapsAt(list, "results");
    const areGoing =
      clusters.length > 0 && clusters.every((each) => textAt(each, "stateName") === "DELETING");
    if (!areGoing || clock.now() >= deadline) return;
    await clock.sleep(DELETE_POLL_MS, signal);
  }
}
