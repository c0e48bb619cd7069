import type { Json, Observation } from "./observation.ts";

/** Values that stand for "not known yet"; they look like random ids and are not. */
const sentinels = new Set([
  "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);

const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

type Replacement = readonly [from: RegExp, to: string | ((match: string) => string)];

const always: readonly Replacement[] = [
  [uuid, (id) => (sentinels.has(id) ? id : "<uuid>")],
  [/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)/g, "<time>"],
  [/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)? [+-]\d{4} \w+( m=[+-][\d.]+)?/g, "<time>"],
  [/127\.0\.0\.1:\d{4,5}/g, "127.0.0.1:<port>"],
  [/\(node:\d+\)/g, "(node:<pid>)"],
  [/\bv1:[A-Za-z0-9+/=]+:(v1:)?[A-Za-z0-9+/=]+(:[A-Za-z0-9+/=]+)?/g, "<ciphertext>"],
  [/-[0-9a-f]{7,8}(?![0-9a-zA-Z])/g, "-<auto>"],
  [/\(\d+(\.\d+)?s\)/g, "(<duration>)"],
  [/ took [\dhm]+s$/gm, " took <duration>"],
  [/Duration: .*s$/gm, "Duration: <duration>"],
  [/"duration": \d+/g, '"duration": 0'],
  [
    /(\d+ (second|minute|hour|day|week|month|year)s?|an? (minute|hour|day|week|month|year)|now)( ago| from now)?(?=\s|$)/g,
    "<ago>",
  ],
];

const docker: readonly Replacement[] = [
  [/\b[0-9a-f]{64}\b/g, "<hex64>"],
  [/\b[0-9a-f]{12}\b/g, "<hex12>"],
  [/\b(172\.\d+|192\.168|10\.\d+)\.\d+\.\d+(\/\d+)?\b/g, "<ip>"],
  [/\b([0-9a-f]{2}:){5}[0-9a-f]{2}\b/g, "<mac>"],
];

interface CheckpointResource {
  readonly type: string;
  readonly id?: string;
  readonly inputs?: Json;
  readonly outputs?: Json;
}

/** The resources of an exported stack. */
export function resourcesOf(checkpoint: Observation["checkpoint"]): readonly Json[] {
  if (checkpoint === undefined || typeof checkpoint === "string") return [];
  return ((checkpoint["deployment"] as Json | undefined)?.["resources"] as Json[] | undefined) ?? [];
}

/** Makes two runs of a case comparable: what is random, timed or numbered by order becomes a placeholder. */
export class Normaliser {
  private readonly replacements: Replacement[];

  constructor(observations: readonly Observation[]) {
    const resources = observations.flatMap(
      (o) => resourcesOf(o.checkpoint) as unknown as readonly CheckpointResource[],
    );
    const usesDocker = resources.some(({ type }) => type.startsWith("docker:"));
    this.replacements = [
      ...fakeIds(resources),
      ...randomResults(resources),
      ...always,
      ...(usesDocker ? docker : []),
    ];
  }

  text(text: string): string {
    return this.replacements.reduce(
      (result, [from, to]) => (typeof to === "string" ? result.replace(from, to) : result.replace(from, to)),
      text,
    );
  }

  /** Normalises every string and key below a JSON value. */
  json(value: unknown): unknown {
    if (typeof value === "string") return this.text(value);
    if (Array.isArray(value)) return value.map((item) => this.json(item));
    if (typeof value !== "object" || value === null) return value;
    const isOpaque = (key: string) => key === "ipPrefixLength";
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [this.text(key), isOpaque(key) ? "<ip>" : this.json(item)]),
    );
  }

  /** Normalises the message of a diagnostic; stack frames outside the program depend on the Node version. */
  message(message: string): string {
    return this.text(message)
      .split("\n")
      .filter((line) => !/^\s+at /.test(line) || line.includes("<dir>"))
      .map((line) => line.replace(/ \{$/, "").trimEnd())
      .join("\n")
      .trim();
  }
}

/** The fake provider numbers its objects by the order of their creation; only the order per name is comparable. */
function fakeIds(resources: readonly CheckpointResource[]): Replacement[] {
  const ids = new Set(resources.filter(({ type }) => type.startsWith("fake:")).map(({ id }) => id ?? ""));
  const byName = new Map<string, number[]>();
  for (const id of ids) {
    const [, name, number] = /^(.+)-(\d+)$/.exec(id) ?? [];
    if (name !== undefined) byName.set(name, [...(byName.get(name) ?? []), Number(number)]);
  }
  const ranks = [...byName].flatMap(([name, numbers]) =>
    numbers
      .sort((a, b) => a - b)
      .map((number, rank) => [`${name}-${number}`, `${name}-#${rank + 1}`] as const),
  );
  return ranks
    .sort(([a], [b]) => b.length - a.length)
    .map(([id, rank]) => [new RegExp(`(?<![\\w.-])${escapeRegExp(id)}(?![\\w-])`, "g"), rank]);
}

/** Leaves out of a resource what the random provider drew: its outputs that are no inputs, and its id. */
export function withoutRandomResults(resource: Json): Json {
  if (!String(resource["type"]).startsWith("random:")) return resource;
  const inputs = (resource["inputs"] ?? {}) as Json;
  const outputs = Object.entries((resource["outputs"] ?? {}) as Json).map(([key, value]) => [
    key,
    key in inputs || value === null || sentinels.has(String(value)) ? value : "<random>",
  ]);
  const drawn = resource["id"] !== "none" && (resource["id"] ?? "") !== "";
  return { ...resource, ...(drawn ? { id: "<random>" } : {}), outputs: Object.fromEntries(outputs) as Json };
}

function randomResults(resources: readonly CheckpointResource[]): Replacement[] {
  const results = resources
    .filter(({ type }) => type.startsWith("random:"))
    .flatMap(({ id, inputs, outputs }) => [
      id,
      ...Object.entries(outputs ?? {})
        .filter(([key]) => inputs?.[key] === undefined)
        .flatMap(([, value]) => plainStrings(value)),
    ])
    .filter((text): text is string => text !== undefined && text !== "none" && text.length >= 4);
  return [...new Set(results.flatMap((text) => [text, escapeHtml(text)]))]
    .sort((a, b) => b.length - a.length)
    .map((text) => [new RegExp(escapeRegExp(text), "g"), "<random>"]);
}

/** A secret's plaintext is JSON text, in which Go escapes what HTML might take for its own. */
function escapeHtml(text: string): string {
  const escaped = JSON.stringify(text).slice(1, -1);
  return escaped.replace(/[<>&]/g, (c) => `\\u00${c.charCodeAt(0).toString(16)}`);
}

function plainStrings(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [];
  const plaintext = (value as Json)["plaintext"];
  return typeof plaintext === "string" ? [String(JSON.parse(plaintext))] : [];
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
