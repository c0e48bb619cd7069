import type { PropertyMap, PropertyValue } from "../../protocol/property-value.ts";
import type { LiveObject } from "../live-object.ts";
import { findMapAt, flagAt, sameValue, textAt } from "../plain-values.ts";
import { doing, hasCode, unlessGone } from "./atlas-error.ts";
import { addressOf, callsOf } from "./calls.ts";
import type { CallContext, Change, ResourceKind } from "./kind.ts";
import { regionLike } from "./region-name.ts";
import { ENCRYPTION_AT_REST, KEY_STORES } from "./schema-security.ts";
import { compact } from "./values.ts";

const VERSION = "2023-01-01";
const POLL_MS = 5000;
const LIMIT_MS = 180_000;
/** A role or key that is new in its cloud is not known everywhere at once. */
const TOO_EARLY = [
  "CANNOT_ASSUME_ROLE",
  "INVALID_AWS_CREDENTIALS",
  "CLOUD_PROVIDER_ACCESS_ROLE_NOT_AUTHORIZED",
];
const STORES = Object.entries(KEY_STORES);
/** Go in and never come out. */
const SECRETS = ["secretAccessKey", "secret", "serviceAccountKey"];

type Store = (typeof STORES)[number][1];

/** The keys of ours that a project's data is encrypted with. Every project has one such setting. */
export const encryptionAtRestKind: ResourceKind = {
  schema: ENCRYPTION_AT_REST,
  create: async (context, { planned }) => {
    const id = textAt(planned, "projectId");
    await doing(`error creating Encryption At Rest: ${id}`, () =>
      patchPatiently(context, id, requestOf({ recorded: {}, planned })),
    );
    return get(context, id, planned);
  },
  read: (context, id, recorded) =>
    unlessGone("error getting Encryption At Rest", () => get(context, id, recorded)),
  update: async (context, change) => {
    const { id, planned } = change;
    await doing("error updating Encryption At Rest", () =>
      callsOf(context, VERSION).patch(pathOf(id), requestOf(change)),
    );
    return get(context, id, planned);
  },
  remove: async (context, id) => {
    const off = STORES.map(([, { apiName }]) => [apiName, { enabled: false }] as const);
    await unlessGone(`error deleting Encryption At Rest: (${id})`, () =>
      callsOf(context, VERSION).patch(pathOf(id), Object.fromEntries(off)),
    );
  },
};

function pathOf(projectId: string): string {
  return addressOf("groups", projectId, "encryptionAtRest");
}

async function patchPatiently(context: CallContext, id: string, body: PropertyMap): Promise<void> {
  const { clock, signal } = context;
  const deadline = clock.now() + LIMIT_MS;
  for (;;) {
    try {
      await callsOf(context, VERSION).patch(pathOf(id), body);
      return;
    } catch (error) {
      const isEarly = TOO_EARLY.some((code) => hasCode(error, code));
      if (!isEarly || clock.now() >= deadline) throw error;
    }
    await clock.sleep(POLL_MS, signal);
  }
}

/** What has changed; keys that are not wanted any more are switched off. */
function requestOf({ recorded, planned }: Pick<Change, "recorded" | "planned">): PropertyMap {
  const stores = STORES.map(([name, store]): [string, PropertyMap | undefined] => {
    const [before, after] = [findMapAt(recorded, name), findMapAt(planned, name)];
    if (sameValue(before, after)) return [store.apiName, undefined];
    return [store.apiName, after === undefined ? { enabled: false } : toApi(store, after)];
  });
  return compact({
    ...Object.fromEntries(stores),
    enabledForSearchNodes: planned["enabledForSearchNodes"],
  });
}

function toApi({ names }: Store, values: PropertyMap): PropertyMap {
  return compact(
    Object.fromEntries(
      Object.entries(names)
        .filter(([name]) => name !== "valid")
        .map(([name, apiName]) => [apiName, values[name] === "" ? undefined : values[name]]),
    ),
  );
}

async function get(context: CallContext, projectId: string, known: PropertyMap): Promise<LiveObject> {
  const live = await callsOf(context, VERSION).get(pathOf(projectId));
  const stores = STORES.map(([name, store]): [string, PropertyMap | undefined] => {
    const config = findMapAt(live, store.apiName) ?? {};
    const before = findMapAt(known, name);
    const isInUse = before !== undefined || flagAt(config, "enabled");
    return [name, isInUse ? fromApi(store, config, before ?? {}) : undefined];
  });
  return {
    id: projectId,
    values: compact({
      ...Object.fromEntries(stores),
      enabledForSearchNodes: flagAt(live, "enabledForSearchNodes"),
      projectId,
    }),
  };
}

function fromApi({ names }: Store, config: PropertyMap, known: PropertyMap): PropertyMap {
  const entries = Object.entries(names).map(([name, apiName]): [string, PropertyValue | undefined] => {
    if (SECRETS.includes(name)) return [name, known[name]];
    const live = config[apiName] ?? null;
    if (name === "region" && typeof live === "string" && live !== "")
      return [name, regionLike(live, known[name])];
    return [name, live === "" && known[name] !== "" ? null : live];
  });
  return compact(Object.fromEntries(entries));
}
