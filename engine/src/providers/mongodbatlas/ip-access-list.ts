import { ProviderError } from "../../errors.ts";
import type { PropertyMap } from "../../protocol/property-value.ts";
import type { LiveObject } from "../live-object.ts";
import { findMapAt, textAt } from "../plain-values.ts";
import { AtlasError, doing, isNotFound, OperationError } from "./atlas-error.ts";
import type { CallContext, ResourceKind } from "./kind.ts";
import { IP_ACCESS_LIST } from "./schema-access.ts";
import { decodeStateId, encodeStateId } from "./state-id.ts";
import { compact, pick } from "./values.ts";
import { limitOf } from "./wait-for-state.ts";

const VERSION = "2023-01-01";
const POLL_MS = 2000;
const FIELDS = ["awsSecurityGroup", "cidrBlock", "comment", "ipAddress"];

/** One address, network or security group that may reach a project's clusters. */
export const ipAccessListKind: ResourceKind = {
  schema: IP_ACCESS_LIST,
  create: async (context, { planned }) => {
    const entry = entryOf(planned);
    if (entry === "") {
      throw new OperationError(
        "validation error",
        "cidr_block, ip_address or aws_security_group needs to contain a value",
      );
    }
    const projectId = textAt(planned, "projectId");
    const summary = "error creating Project IP Access List information";
    await doing(summary, () =>
      context.client.request({
        method: "POST",
        path: listOf(projectId),
        version: VERSION,
        body: [pick(planned, FIELDS)],
      }),
    );
    const live = await doing(summary, () => waitUntilThere(context, projectId, entry));
    return liveObject(live, planned);
  },
  read: async ({ client }, id, recorded) => {
    const { project_id: projectId = "", entry = "" } = keysOfId(id);
    try {
      const live = await client.request({ method: "GET", path: pathOf(projectId, entry), version: VERSION });
      return liveObject(live, recorded);
    } catch (error) {
      if (isNotFound(error)) return undefined;
      return doing("error getting project ip access list information", () => Promise.reject(error));
    }
  },
  update: async (_context, { id, recorded, planned }) => ({
    id,
    values: { ...recorded, ...pick(planned, ["timeouts"]) },
  }),
  remove: async ({ client }, _id, recorded) => {
    const path = pathOf(textAt(recorded, "projectId"), entryOf(recorded));
    try {
      await client.request({ method: "DELETE", path, version: VERSION });
    } catch (error) {
      if (isNotFound(error)) return;
      await doing("error deleting Project IP Access List information", () => Promise.reject(error));
    }
  },
};

function listOf(projectId: string): string {
  return `/groups/${encodeURIComponent(projectId)}/accessList`;
}

function pathOf(projectId: string, entry: string): string {
  return `${listOf(projectId)}/${encodeURIComponent(entry)}`;
}

function entryOf(values: PropertyMap): string {
  return textAt(values, "cidrBlock") || textAt(values, "awsSecurityGroup") || textAt(values, "ipAddress");
}

/** From the recorded id, or from one that a person wrote: `project-entry`. */
function keysOfId(id: string): { readonly [key: string]: string } {
  const decoded = decodeStateId(id);
  if (decoded?.["entry"] !== undefined) return decoded;
  const dash = id.indexOf("-");
  if (dash < 0) {
    throw new ProviderError(
      "import format error: to import a projectIP Access List, use the format {project_id}-{entry}",
      { status: "ok" },
    );
  }
  return { project_id: id.slice(0, dash), entry: id.slice(dash + 1) };
}

/** An entry shows up some time after it was accepted. */
async function waitUntilThere(context: CallContext, projectId: string, entry: string): Promise<PropertyMap> {
  const deadline = context.clock.now() + limitOf(context, {}, ["create", 2700]) * 1000;
  for (;;) {
    try {
      return await context.client.request({
        method: "GET",
        path: pathOf(projectId, entry),
        version: VERSION,
      });
    } catch (error) {
      const isLate = error instanceof AtlasError && error.httpStatus === 404;
      if (!isLate || context.clock.now() >= deadline) throw error;
    }
    await context.clock.sleep(POLL_MS, context.signal);
  }
}

/** Atlas tells an address as a network too; all fields are texts, "" where there is nothing. */
function liveObject(live: PropertyMap, known: PropertyMap): LiveObject {
  const projectId = textAt(live, "groupId");
  const texts = Object.fromEntries(FIELDS.map((name) => [name, textAt(live, name)]));
  const timeouts = findMapAt(known, "timeouts");
  return {
    id: encodeStateId({ project_id: projectId, entry: entryOf(texts) }),
    values: compact({ projectId, ...texts, timeouts }),
  };
}
