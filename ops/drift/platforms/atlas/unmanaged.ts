import { isSameStack, ownerOf, type StackName } from "../../../stack-name.ts";
import type { ManagedResource } from "../../recorded.ts";
import { textAt } from "../inputs.ts";
import {
  CLUSTER,
  DATABASE_USER,
  FLEX_CLUSTER,
  type LiveCluster,
  type LiveUser,
  PROJECT,
  type ProjectContents,
} from "./project-contents.ts";

/**
 * What the project has and no state records. In a project that the stack made, everything is the stack's; in somebody
 * else's, clusters with its tags and users who may reach its clusters.
 */
export function findUnmanaged(
  { clusters, users }: ProjectContents,
  resources: readonly ManagedResource[],
  stack: StackName,
): { readonly clusters: readonly LiveCluster[]; readonly users: readonly LiveUser[] } {
  const isOwnProject = resources.some(({ type }) => type === PROJECT);
  const ownClusters = namesOf(resources, [CLUSTER, FLEX_CLUSTER], ["name"]);
  const ownUsers = namesOf(resources, [DATABASE_USER], ["authDatabaseName", "username"]);
  const isTagged = ({ tags }: LiveCluster) =>
    isSameStack(ownerOf(Object.fromEntries(tags.map(({ key, value }) => [key, value]))), stack);
  const mayReach = ({ scopes }: LiveUser) =>
    scopes.length === 0 || scopes.some(({ name }) => ownClusters.has(name));
  return {
    clusters: clusters
      .filter(({ name, stateName }) => !ownClusters.has(name) && stateName !== "DELETING")
      .filter((cluster) => isOwnProject || isTagged(cluster)),
    users: users
      .filter(({ databaseName, username }) => !ownUsers.has(`${databaseName}/${username}`))
      .filter((user) => isOwnProject || mayReach(user)),
  };
}

function namesOf(
  resources: readonly ManagedResource[],
  types: readonly string[],
  keys: readonly string[],
): ReadonlySet<string> {
  return new Set(
    resources
      .filter(({ type }) => types.includes(type))
      .map(({ inputs, outputs }) => keys.map((key) => textAt(inputs, key) || textAt(outputs, key)).join("/")),
  );
}
