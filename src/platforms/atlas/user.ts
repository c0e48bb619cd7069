import * as atlas from "@pulumi/mongodbatlas";
import type * as pulumi from "@pulumi/pulumi";
import { physicalName } from "../../names.ts";
import type { DocumentUserArgs, Grant } from "../managed-databases.ts";
import type { Scope } from "../platform.ts";

const READ = ["FIND", "LIST_COLLECTIONS", "LIST_INDEXES", "COLL_STATS"];
const WRITE = ["INSERT", "UPDATE", "REMOVE", "CREATE_COLLECTION", "CREATE_INDEX", "COLL_MOD"];
const DROP = ["DROP_INDEX", "DROP_COLLECTION"];

/** A user of one cluster with a role of its own: what its service does, in the databases that are its own. */
export function createUser(
  name: string,
  args: DocumentUserArgs & { scope: Scope },
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource {
  const { cluster, username, scope } = args;
  const { projectId } = cluster;
  const role = new atlas.CustomDbRole(
    `${name}-role`,
    { projectId, roleName: physicalName(scope, username), actions: actionsOf(args.grants) },
    opts,
  );
  return new atlas.DatabaseUser(
    `${name}-user`,
    {
      projectId,
      username,
      password: args.password,
      authDatabaseName: "admin",
      roles: [{ roleName: role.roleName, databaseName: "admin" }],
      scopes: [{ name: cluster.name, type: "CLUSTER" }],
    },
    opts,
  );
}

/** Each action with the databases that it is allowed in. */
function actionsOf(grants: readonly Grant[]): atlas.types.input.CustomDbRoleAction[] {
  const resourcesOf = (allowed: readonly Grant[]) =>
    allowed.map(({ database }) => ({ databaseName: database, collectionName: "" }));
  const writable = grants.filter(({ access }) => access !== "read");
  const droppable = grants.filter(({ access }) => access === "schema");
  return [
    ...READ.map((action) => ({ action, resources: resourcesOf(grants) })),
    ...WRITE.map((action) => ({ action, resources: resourcesOf(writable) })),
    ...DROP.map((action) => ({ action, resources: resourcesOf(droppable) })),
  ].filter(({ resources }) => resources.length > 0);
}
