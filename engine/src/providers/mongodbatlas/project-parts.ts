import { isPropertyArray, type PropertyMap, type PropertyValue } from "../../protocol/property-value.ts";
import { findMapAt, mapsAt, sameValue, textAt, textsAt } from "../plain-values.ts";
import { hasCode } from "./atlas-error.ts";
import type { AtlasClient } from "./client.ts";
import type { Change } from "./kind.ts";
import { compact, pick } from "./values.ts";

const VERSION = "2023-01-01";

interface Changes {
  readonly added: readonly PropertyMap[];
  readonly changed: readonly PropertyMap[];
  readonly removed: readonly PropertyMap[];
}

/** What has to be done to get from the recorded elements to the wanted ones, told apart by a key. */
function changesOf(
  { recorded, planned }: Pick<Change, "recorded" | "planned">,
  list: string,
  [key, value]: readonly [string, string],
): Changes {
  const [before, after] = [mapsAt(recorded, list), mapsAt(planned, list)];
  const find = (elements: readonly PropertyMap[], element: PropertyMap) =>
    elements.find((each) => textAt(each, key) === textAt(element, key));
  const isSame = (left: PropertyValue | undefined, right: PropertyValue | undefined): boolean =>
    isPropertyArray(left) && isPropertyArray(right)
      ? sameValue([...left].map(String).sort(), [...right].map(String).sort())
      : sameValue(left, right);
  return {
    added: after.filter((element) => find(before, element) === undefined),
    removed: before.filter((element) => find(after, element) === undefined),
    changed: after.filter((element) => {
      const old = find(before, element);
      return old !== undefined && !isSame(old[value], element[value]);
    }),
  };
}

/** Brings the project's teams to what is wanted. */
export async function syncTeams(client: AtlasClient, path: string, change: Change): Promise<void> {
  const { added, changed, removed } = changesOf(change, "teams", ["teamId", "roleNames"]);
  for (const team of removed) {
    const request = {
      method: "DELETE",
      path: `${path}/teams/${textAt(team, "teamId")}`,
      version: VERSION,
    } as const;
    await client.request(request).catch((error: unknown) => {
      // A team that may not be taken away by us is left to those who may.
      if (!hasCode(error, "USER_UNAUTHORIZED")) throw error;
    });
  }
  for (const team of changed) {
    const teamPath = `${path}/teams/${textAt(team, "teamId")}`;
    await client.request({ method: "PATCH", path: teamPath, version: VERSION, body: team });
  }
  if (added.length === 0) return;
  await client.request({ method: "POST", path: `${path}/teams`, version: VERSION, body: added });
}

/** Brings the project's limits to what is wanted. */
export async function syncLimits(client: AtlasClient, path: string, change: Change): Promise<void> {
  const { added, changed, removed } = changesOf(change, "limits", ["name", "value"]);
  const pathOf = (limit: PropertyMap): string =>
    `${path}/limits/${encodeURIComponent(textAt(limit, "name"))}`;
  for (const limit of removed) {
    await client.request({ method: "DELETE", path: pathOf(limit), version: VERSION });
  }
  for (const limit of [...changed, ...added]) {
    const body = pick(limit, ["name", "value"]);
    await client.request({ method: "PATCH", path: pathOf(limit), version: VERSION, body });
  }
}

export async function readTeams(client: AtlasClient, path: string): Promise<readonly PropertyMap[]> {
  const list = await client.request({ method: "GET", path: `${path}/teams`, version: VERSION });
  return mapsAt(list, "results").map((team) => pick(team, ["teamId", "roleNames"]));
}

/** Of all the limits that Atlas has, those that somebody named. */
export async function readLimits(
  client: AtlasClient,
  path: string,
  named: readonly PropertyMap[],
): Promise<readonly PropertyMap[]> {
  if (named.length === 0) return [];
  const list = await client.request({ method: "GET", path: `${path}/limits`, version: VERSION });
  const all = mapsAt({ all: list["value"] ?? list["results"] ?? null }, "all");
  return all
    .filter((limit) => named.some((each) => textAt(each, "name") === textAt(limit, "name")))
    .map((limit) => pick(limit, ["name", "value", "currentUsage", "defaultLimit", "maximumLimit"]));
}

/** The addresses of the project's clusters as the program sees them. */
export function findIpAddresses(answer: PropertyMap): PropertyMap {
  const clusters = mapsAt(findMapAt(answer, "services") ?? {}, "clusters").map((cluster) =>
    compact({
      clusterName: cluster["clusterName"],
      inbounds: textsAt(cluster, "inbound"),
      outbounds: textsAt(cluster, "outbound"),
    }),
  );
  return { services: { clusters } };
}
