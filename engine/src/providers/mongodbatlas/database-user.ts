import { ProviderError } from "../../errors.ts";
import type { PropertyMap } from "../../protocol/property-value.ts";
import type { LiveObject } from "../live-object.ts";
import { sameValue, textAt } from "../plain-values.ts";
import { doing, isNotFound } from "./atlas-error.ts";
import type { CallContext, Change, ResourceKind } from "./kind.ts";
import { DATABASE_USER } from "./schema-access.ts";
import { decodeStateId, encodeStateId } from "./state-id.ts";
import { compact, compactAll, pick } from "./values.ts";

const VERSION = "2023-01-01";
const LOGIN_TYPES = ["awsIamType", "ldapAuthType", "oidcAuthType", "x509Type"];
/** Atlas' names of those that differ. */
const API_NAMES: { readonly [name: string]: string } = { awsIamType: "awsIAMType" };

/** A user of the databases of a project. The password goes in and never comes out. */
export const databaseUserKind: ResourceKind = {
  schema: DATABASE_USER,
  create: async ({ client }, { planned, inputs }) => {
    const body = requestOf({ planned, inputs, recorded: {} });
    const path = `${usersOf(textAt(planned, "projectId"))}`;
    const user = await doing("error during database user creation", () =>
      client.request({ method: "POST", path, version: VERSION, body }),
    );
    return liveObject(user, planned);
  },
  read: async ({ client }, id, recorded) => {
    const path = pathOf(Object.keys(recorded).length === 0 ? keysOfId(id) : recorded);
    try {
      const user = await client.request({ method: "GET", path, version: VERSION });
      return liveObject(user, recorded);
    } catch (error) {
      if (isNotFound(error)) return undefined;
      return doing("error getting database user information", () => Promise.reject(error));
    }
  },
  resumption: {
    find: (context, planned) => databaseUserKind.read(context, "", planned),
    late: [],
    finish: async (_context, { id, recorded }) => ({ id, values: recorded }),
  },
  update: async ({ client }, change) => {
    const user = await doing("error during database user update", () =>
      client.request({
        method: "PATCH",
        path: pathOf(change.planned),
        version: VERSION,
        body: requestOf(change),
      }),
    );
    return liveObject(user, change.planned);
  },
  remove: async ({ client }: CallContext, _id, recorded) => {
    try {
      await client.request({ method: "DELETE", path: pathOf(recorded), version: VERSION });
    } catch (error) {
      if (isNotFound(error)) return;
      await doing("error when destroying the database user resource", () => Promise.reject(error));
    }
  },
};

function usersOf(projectId: string): string {
  return `/groups/${encodeURIComponent(projectId)}/databaseUsers`;
}

function pathOf(keys: PropertyMap): string {
  const [database, user] = ["authDatabaseName", "username"].map((key) =>
    encodeURIComponent(textAt(keys, key)),
  );
  return `${usersOf(textAt(keys, "projectId"))}/${database}/${user}`;
}

/** From the recorded id, or from one that a person wrote: `project-user-database`, also with slashes. */
function keysOfId(id: string): PropertyMap {
  const decoded = decodeStateId(id);
  if (decoded?.["username"] !== undefined) {
    return {
      projectId: decoded["project_id"] ?? "",
      username: decoded["username"],
      authDatabaseName: decoded["auth_database_name"] ?? "",
    };
  }
  const match =
    /^([0-9a-fA-F]{24})\/(.*)\/([^/]+)$/s.exec(id) ?? /^([0-9a-fA-F]{24})-(.*)-([$a-z]{1,15})$/s.exec(id);
  if (match === null) {
    throw new ProviderError(
      "import format error: to import a Database User, use the format {project_id}-{username}-{auth_database_name} OR {project_id}/{username}/{auth_database_name}",
      { status: "ok" },
    );
  }
  const [, projectId = "", username = "", authDatabaseName = ""] = match;
  return { projectId, username, authDatabaseName };
}

/** What is sent: everything but a password that stays as it is. */
function requestOf({ planned, inputs, recorded }: Omit<Change, "id">): PropertyMap {
  const types = LOGIN_TYPES.map((name) => [API_NAMES[name] ?? name, planned[name]] as const);
  const hadDescription = recorded["description"] !== undefined && planned["description"] === undefined;
  return compact({
    groupId: textAt(planned, "projectId"),
    username: textAt(planned, "username"),
    databaseName: textAt(planned, "authDatabaseName"),
    description: hadDescription ? "" : planned["description"],
    ...Object.fromEntries(types),
    roles: compactAll(planned["roles"]),
    labels: compactAll(planned["labels"]),
    scopes: compactAll(planned["scopes"]),
    password: passwordOf({ planned, inputs, recorded }),
  });
}

/** A new password, if there is one. One that is not recorded is told by its version. */
function passwordOf({ planned, inputs, recorded }: Omit<Change, "id">) {
  const [before, after] = [recorded["passwordWoVersion"] ?? null, planned["passwordWoVersion"] ?? null];
  if (inputs["passwordWo"] !== undefined) return sameValue(before, after) ? undefined : inputs["passwordWo"];
  return sameValue(recorded["password"], planned["password"]) ? undefined : planned["password"];
}

function liveObject(user: PropertyMap, known: PropertyMap): LiveObject {
  const [projectId, username, authDatabaseName] = ["groupId", "username", "databaseName"].map((key) =>
    textAt(user, key),
  );
  const keys = {
    projectId: projectId ?? "",
    username: username ?? "",
    authDatabaseName: authDatabaseName ?? "",
  };
  const types = LOGIN_TYPES.map((name) => [name, user[API_NAMES[name] ?? name] ?? "NONE"] as const);
  const description = textAt(user, "description");
  return {
    id: encodeStateId({
      project_id: keys.projectId,
      username: keys.username,
      auth_database_name: keys.authDatabaseName,
    }),
    values: compact({
      ...keys,
      ...Object.fromEntries(types),
      ...(description === "" ? pick(known, ["description"]) : { description }),
      roles: compactAll(user["roles"]).map((role) =>
        pick(role, ["collectionName", "databaseName", "roleName"]),
      ),
      labels: compactAll(user["labels"]),
      scopes: compactAll(user["scopes"]),
      ...pick(known, ["password", "passwordWoVersion"]),
    }),
  };
}
