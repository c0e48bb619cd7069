export type Json = { [key: string]: unknown };

/** Somebody else owns a field and gave it another value. */
export class ConflictError extends Error {}

interface FieldsEntry {
  readonly manager: string;
  readonly operation: string;
  readonly fieldsV1: Json;
}

/** What server-side apply does: the body's fields over the live ones, unless they are another manager's. */
export function applyFields(
  live: Json,
  body: Json,
  { manager, force }: { readonly manager: string; readonly force: boolean },
): Json {
  const entries = entriesOf(live);
  for (const path of leavesOf(fieldsOf(body))) {
    const others = entries.filter(
      (entry) => entry.manager !== manager && leavesOf(entry.fieldsV1).includes(path),
    );
    const [owner] = others;
    const same = JSON.stringify(valueAt(live, path)) === JSON.stringify(valueAt(body, path));
    if (owner !== undefined && !same && !force) {
      throw new ConflictError(`Apply failed with 1 conflict: conflict with "${owner.manager}": .${path}`);
    }
  }
  return merge(live, body) as Json;
}

/** Fields that the manager applied before and does not apply any more go, unless others own them too. */
export function removeOwned(object: Json, body: Json, manager: string): void {
  const entries = entriesOf(object);
  const mine = entries.filter((entry) => entry.manager === manager && entry.operation === "Apply");
  const others = entries
    .filter((entry) => !mine.includes(entry))
    .flatMap((entry) => leavesOf(entry.fieldsV1));
  const kept = new Set([...leavesOf(fieldsOf(body)), ...others]);
  for (const path of mine.flatMap((entry) => leavesOf(entry.fieldsV1))) {
    if (!kept.has(path)) removeAt(object, path);
  }
}

/** Notes who manages what. `applied` is what was sent. */
export function updateFields(object: Json, manager: string, operation: string, applied: Json = object): void {
  if (manager === "") return;
  const metadata = object["metadata"] as Json;
  const others = entriesOf(object).filter(
    (entry) => entry.manager !== manager || entry.operation !== operation,
  );
  metadata["managedFields"] = [
    ...others,
    { manager, operation, fieldsType: "FieldsV1", fieldsV1: fieldsOf(applied) },
  ];
}

function entriesOf(object: Json): FieldsEntry[] {
  return (
    ((object["metadata"] as Json | undefined)?.["managedFields"] as FieldsEntry[] | undefined) ?? []
  ).slice();
}

const SERVER_KEYS = ["apiVersion", "kind", "status"];
const SERVER_METADATA = [
  "name",
  "namespace",
  "uid",
  "resourceVersion",
  "generation",
  "creationTimestamp",
  "managedFields",
];

function fieldsOf(object: Json): Json {
  const entries = Object.entries(object).filter(([key]) => !SERVER_KEYS.includes(key));
  return Object.fromEntries(
    entries.flatMap(([key, value]) => {
      if (key !== "metadata") return [[`f:${key}`, fieldTree(value)]];
      const metadata = Object.entries(value as Json).filter(([name]) => !SERVER_METADATA.includes(name));
      return metadata.length === 0 ? [] : [[`f:${key}`, fieldTree(Object.fromEntries(metadata))]];
    }),
  );
}

function fieldTree(value: unknown): Json {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return {};
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [`f:${key}`, fieldTree(inner)]));
}

function leavesOf(fields: Json, prefix: readonly string[] = []): string[] {
  return Object.entries(fields).flatMap(([key, inner]) => {
    const path = [...prefix, key.slice(2)];
    const deeper = leavesOf(inner as Json, path);
    return deeper.length === 0 ? [path.join("\u0000")] : deeper;
  });
}

function valueAt(object: Json, path: string): unknown {
  return path.split("\u0000").reduce<unknown>((at, key) => (at as Json | undefined)?.[key], object);
}

function removeAt(object: Json, path: string): void {
  const keys = path.split("\u0000");
  const last = keys.pop() ?? "";
  const parent = keys.reduce<Json | undefined>((at, key) => at?.[key] as Json | undefined, object);
  if (parent !== undefined) delete parent[last];
}

function merge(live: unknown, body: unknown): unknown {
  const isMap = (value: unknown): value is Json =>
    typeof value === "object" && value !== null && !Array.isArray(value);
  if (!isMap(live) || !isMap(body)) return structuredClone(body);
  const merged: Json = { ...live };
  for (const [key, value] of Object.entries(body)) merged[key] = merge(live[key], value);
  return merged;
}
