import { ProviderError } from "../../errors.ts";
import type { PropertyMap } from "../../protocol/property-value.ts";
import type { LiveObject } from "../live-object.ts";
import { flagAt, mapsAt, sameValue, textAt } from "../plain-values.ts";
import { AtlasError, doing, hasCode, isNotFound, unlessGone } from "./atlas-error.ts";
import { addressOf, callsOf } from "./calls.ts";
import type { CallContext, ResourceKind } from "./kind.ts";
import { CUSTOM_DB_ROLE } from "./schema-security.ts";
import { encodeStateId, partsOfId } from "./state-id.ts";
import { waitForState, waitUntilGone } from "./wait-for-state.ts";

const VERSION = "2023-01-01";
const POLL_MS = 3000;
const LIMIT_SECONDS = 600;
const ID = {
  names: ["project_id", "role_name"],
  pattern: /^([^-]+)-(.+)$/s,
  advice: "to import a custom db role use the format {project_id}-{role_name}",
};

interface Keys {
  readonly projectId: string;
  readonly roleName: string;
}

/** A role of a project's databases: actions, each with where it is allowed. */
export const customDbRoleKind: ResourceKind = {
  schema: CUSTOM_DB_ROLE,
  create: async (context, { planned }) => {
    const keys = keysOf(planned);
    const role = await doing("error creating custom db role", async () => {
      await make(context, keys, { roleName: keys.roleName, ...requestOf(planned) });
      return waitUntilThere(context, keys);
    });
    return liveObject(keys, role);
  },
  read: async (context, id) => {
    const { project_id: projectId = "", role_name: roleName = "" } = partsOfId(id, ID);
    return find(context, { projectId, roleName });
  },
  resumption: {
    find: (context, planned) => find(context, keysOf(planned)),
    late: [],
    finish: async (_context, { id, recorded }) => ({ id, values: recorded }),
  },
  update: async (context, { recorded, planned }) => {
    const keys = keysOf(recorded);
    const [before, after] = [requestOf(recorded), requestOf(planned)];
    if (!sameValue(before, after)) {
      await doing(`error updating custom db role (${keys.roleName})`, () =>
        inTurn(context, keys, () => callsOf(context, VERSION).patch(addressOfRole(keys), after)),
      );
    }
    return liveObject(keys, await callsOf(context, VERSION).get(addressOfRole(keys)));
  },
  remove: async (context, _id, recorded) => {
    const keys = keysOf(recorded);
    const { get, remove } = callsOf(context, VERSION);
    const path = addressOfRole(keys);
    await unlessGone(`error deleting custom db role (${keys.roleName})`, async () => {
      await inTurn(context, keys, () => remove(path));
      await waitUntilGone(context, { read: () => get(path), every: POLL_MS, limit: LIMIT_SECONDS });
    });
  },
};

/** Atlas does not take changes of a project's roles at the same time. */
function inTurn<Result>({ turns }: CallContext, { projectId }: Keys, run: () => Promise<Result>) {
  return turns.take(`roles of ${projectId}`, run);
}

/** Makes the role; where Atlas stumbles over another change it is asked again, unless the role is there. */
async function make(context: CallContext, keys: Keys, body: PropertyMap): Promise<void> {
  const { clock, signal } = context;
  const deadline = clock.now() + LIMIT_SECONDS * 1000;
  const post = () => callsOf(context, VERSION).post(addressOfRoles(keys), body);
  for (;;) {
    try {
      await inTurn(context, keys, post);
      return;
    } catch (error) {
      if (!isStumble(error) || clock.now() >= deadline) throw error;
    }
    await clock.sleep(POLL_MS, signal);
    if ((await find(context, keys)) !== undefined) return;
  }
}

function isStumble(error: unknown): boolean {
  return (
    hasCode(error, "ATLAS_CUSTOM_ROLE_NOT_FOUND") ||
    hasCode(error, "UNEXPECTED_ERROR") ||
    (error instanceof AtlasError && error.httpStatus === 500)
  );
}

/** A role shows up some time after it was accepted. */
function waitUntilThere(context: CallContext, keys: Keys): Promise<PropertyMap> {
  const read = async (): Promise<PropertyMap> => {
    try {
      return await callsOf(context, VERSION).get(addressOfRole(keys));
    } catch (error) {
      if (isNotFound(error)) return {};
      throw error;
    }
  };
  const stateOf = (role: PropertyMap): string => (textAt(role, "roleName") === "" ? "pending" : "created");
  return waitForState(
    context,
    { read, every: POLL_MS, limit: LIMIT_SECONDS, stateOf },
    { good: ["created"] },
  );
}

async function find(context: CallContext, keys: Keys): Promise<LiveObject | undefined> {
  const role = await unlessGone("error getting custom db role information", () =>
    callsOf(context, VERSION).get(addressOfRole(keys)),
  );
  return role === undefined ? undefined : liveObject(keys, role);
}

function keysOf(values: PropertyMap): Keys {
  const keys = { projectId: textAt(values, "projectId"), roleName: textAt(values, "roleName") };
  if (keys.projectId !== "") return keys;
  throw new ProviderError("a custom db role needs its projectId", { status: "ok" });
}

function addressOfRoles({ projectId }: Keys): string {
  return addressOf("groups", projectId, "customDBRoles", "roles");
}

function addressOfRole(keys: Keys): string {
  return `${addressOfRoles(keys)}${addressOf(keys.roleName)}`;
}

function requestOf(values: PropertyMap): PropertyMap {
  return {
    actions: mapsAt(values, "actions").map((action) => ({
      action: textAt(action, "action"),
      resources: mapsAt(action, "resources").map((resource) => ({
        db: textAt(resource, "databaseName"),
        collection: textAt(resource, "collectionName"),
        cluster: flagAt(resource, "cluster"),
      })),
    })),
    inheritedRoles: mapsAt(values, "inheritedRoles").map((role) => ({
      db: textAt(role, "databaseName"),
      role: textAt(role, "roleName"),
    })),
  };
}

function liveObject({ projectId, roleName }: Keys, role: PropertyMap): LiveObject {
  return {
    id: encodeStateId({ project_id: projectId, role_name: roleName }),
    values: {
      projectId,
      roleName: textAt(role, "roleName"),
      actions: mapsAt(role, "actions").map((action) => ({
        action: textAt(action, "action"),
        resources: mapsAt(action, "resources").map((resource) =>
          flagAt(resource, "cluster")
            ? { cluster: true }
            : { databaseName: textAt(resource, "db"), collectionName: textAt(resource, "collection") },
        ),
      })),
      inheritedRoles: mapsAt(role, "inheritedRoles").map((each) => ({
        databaseName: textAt(each, "db"),
        roleName: textAt(each, "role"),
      })),
    },
  };
}
