/** The records of a journal as JSON. */
import { readManifest, readSecretsProvider } from "./checkpoint.ts";
import { readPendingType, readResource } from "./checkpoint-resource.ts";
import { manifestRecord, providerRecord } from "./checkpoint-write.ts";
import type { Extensions } from "./extensions.ts";
import { encodeGoJson, JsonRecord } from "./go-json.ts";
import {
  corrupt,
  type ParsedJson,
  type ParsedObject,
  readArray,
  readObject,
  readString,
} from "./json-reader.ts";
import type { Manifest, ResourceState, SecretsProviderRecord } from "./resource.ts";
import type { ResourceText } from "./resource-text.ts";
import { sealedReader } from "./sealed-state.ts";
import type { Begun, Place, StateChange } from "./state-change.ts";

/** The first record: what the others are changes to. */
export interface JournalHeader {
  /** What the text of the state adds up to that the changes belong to. */
  readonly base: string;
  readonly manifest: Manifest;
  readonly secretsProvider: SecretsProviderRecord | undefined;
  readonly inherited: readonly number[];
}

export type JournalRecord =
  | { readonly kind: "change"; readonly change: StateChange }
  /** Written before the state is replaced: what its new text adds up to. */
  | { readonly kind: "fold"; readonly state: string };

const FORMAT = 1;

export function encodeHeader({ base, manifest, secretsProvider, inherited }: JournalHeader): string {
  return encodeGoJson(
    new JsonRecord([
      ["journal", FORMAT],
      ["base", base],
      ["manifest", manifestRecord(manifest)],
      ["secrets_providers", secretsProvider && providerRecord(secretsProvider)],
      ["inherited", inherited],
    ]),
  );
}

export function encodeFold(state: string): string {
  return encodeGoJson({ fold: state });
}

export function encodeChange(change: StateChange, written: ReadonlyMap<ResourceState, ResourceText>): string {
  const { finished, dropped, begun } = change;
  const contents = [...change.contents].map(([place, resource]) => [
    place,
    written.get(resource)?.json ?? null,
  ]);
  const pairs = begun.flatMap(({ place, type }) => [place, type]);
  return encodeGoJson(
    new JsonRecord([
      ["contents", contents.length > 0 ? contents : undefined],
      ["finished", finished.length > 0 ? finished : undefined],
      ["dropped", dropped.length > 0 ? dropped : undefined],
      ["begun", pairs.length > 0 ? pairs : undefined],
      ["ended", change.ended],
      ["untouched", change.untouched],
      ["inherited", change.inherited],
      ["reread", change.reread],
      ["extensions", change.extensions && encodeExtensions(change.extensions)],
    ]),
  );
}

/** @throws UserError `state-corrupt`. */
export function readHeader(text: string): JournalHeader {
  const json = readObject(JSON.parse(text) as ParsedJson, "journal");
  if (json["journal"] !== FORMAT) throw corrupt("journal", "is of a kind that this release does not read");
  return {
    base: readString(json["base"], "journal base"),
    manifest: readManifest(json["manifest"]),
    secretsProvider: readSecretsProvider(json["secrets_providers"]),
    inherited: readPlaces(json["inherited"], "journal inherited"),
  };
}

/** @throws UserError `state-corrupt`. */
export function readRecord(text: string): JournalRecord {
  const json = readObject(JSON.parse(text) as ParsedJson, "journal record");
  const { fold } = json;
  if (typeof fold === "string") return { kind: "fold", state: fold };
  return { kind: "change", change: readChange(json) };
}

function readChange(json: ParsedObject): StateChange {
  const where = "journal record";
  const contents = readArray(json["contents"], where).map((entry) => {
    const [place, resource] = readArray(entry, where);
    return [readPlace(place, where), readResource(resource ?? null, where, sealedReader)] as const;
  });
  const { begun, ended, untouched, inherited, reread, extensions } = json;
  return {
    contents: new Map(contents),
    finished: readPlaces(json["finished"], where),
    dropped: readPlaces(json["dropped"], where),
    begun: readBegun(begun, where),
    ...(ended === undefined ? {} : { ended: readPlace(ended, where) }),
    ...(untouched === undefined ? {} : { untouched: readPlaces(untouched, where) }),
    ...(inherited === undefined ? {} : { inherited: readPlaces(inherited, where) }),
    ...(reread === true ? { reread } : {}),
    ...(extensions === undefined ? {} : { extensions: readExtensions(extensions) }),
  };
}

function encodeExtensions(extensions: Extensions): JsonRecord {
  return new JsonRecord(Object.entries(extensions).map(([ref, extension]) => [ref, { ...extension }]));
}

function readExtensions(json: ParsedJson): Extensions {
  const where = "journal extensions";
  const entries = Object.entries(readObject(json, where)).map(([ref, item]) => {
    const given = readObject(item, where);
    const text = (field: string) => readString(given[field], `${where}.${field}`);
    return [ref, { name: text("name"), version: text("version"), value: text("value") }] as const;
  });
  return Object.fromEntries(entries);
}

/** Places and what is done to them, in turn. */
function readBegun(json: ParsedJson | undefined, where: string): readonly Begun[] {
  const items = readArray(json, where);
  return items.flatMap((place, index) =>
    index % 2 === 0
      ? [{ place: readPlace(place, where), type: readPendingType(items[index + 1], where) }]
      : [],
  );
}

function readPlaces(json: ParsedJson | undefined, where: string): readonly Place[] {
  return readArray(json, where).map((place) => readPlace(place, where));
}

function readPlace(json: ParsedJson | undefined, where: string): Place {
  if (typeof json === "number" && Number.isSafeInteger(json) && json >= 0) return json;
  throw corrupt(where, "has a place that is not a whole number");
}
