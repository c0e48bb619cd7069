import type { PropertyMap } from "../../protocol/property-value.ts";
import { mapsAt, textAt } from "../plain-values.ts";
import { type ApiKind, kindOfObject } from "./api-kind.ts";
import { type ApiResource, createDiscovery, type Discovery, type Place } from "./discovery.ts";
import type { KubeAnswer, KubeConnection, KubeRequest } from "./kube-connection.ts";
import { KubeError } from "./kube-error.ts";
import { type KubeObject, nameOf, namespaceOf } from "./object.ts";

/** One object: its kind and where it is. */
export interface ObjectReference extends Place {
  readonly name: string;
}

export interface WriteOptions {
  readonly fieldManager: string;
  readonly dryRun: boolean;
  /** Takes fields from other managers; for apply only. */
  readonly force?: boolean;
}

/** Which objects of a collection; selectors as in the API's queries. */
export interface Selection {
  readonly labels?: string;
  readonly fields?: string;
}

export type PropagationPolicy = "Foreground" | "Background" | "Orphan";

/** The calls of the Kubernetes API, for any kind of object. All throw KubeError, KubeNetworkError or UnknownKindError. */
export interface KubeApi {
  /** Undefined where the server does not know the kind. */
  findResource(kind: ApiKind): Promise<ApiResource | undefined>;
  /** Of the server, with its `v`. */
  readVersion(): Promise<string>;
  /** Asks the server for its kinds again: a definition was added. */
  forgetResources(): void;
  get(reference: ObjectReference): Promise<KubeObject>;
  list(place: Place, selection: Selection): Promise<readonly KubeObject[]>;
  create(object: KubeObject, options: WriteOptions): Promise<KubeObject>;
  replace(object: KubeObject, options: WriteOptions): Promise<KubeObject>;
  /** Server-side apply. */
  apply(object: KubeObject, options: WriteOptions): Promise<KubeObject>;
  patchJson(reference: ObjectReference, patch: readonly unknown[]): Promise<KubeObject>;
  delete(reference: ObjectReference, policy: PropagationPolicy): Promise<void>;
  /** Returns when the object changes after `version`, or after some seconds. */
  waitForChange(reference: ObjectReference, version: string, seconds: number): Promise<void>;
}

export interface KubeApiOptions {
  readonly signal: AbortSignal;
  /** Told what the server warns of, once per text. */
  readonly onWarning: (message: string) => void;
}

type Call = (request: Omit<KubeRequest, "signal">) => Promise<PropertyMap>;

export function createKubeApi(connection: KubeConnection, options: KubeApiOptions): KubeApi {
  const call = createCall(connection, options);
  const places = createDiscovery((path) => call({ method: "GET", path }));
  return {
    findResource: places.find,
    readVersion: async () => textAt(await call({ method: "GET", path: "/version" }), "gitVersion"),
    forgetResources: places.forget,
    get: async (reference) => call({ method: "GET", path: await places.pathOf(reference) }),
    list: async (place, { labels, fields }) => {
      const query = new URLSearchParams({
        ...(labels !== undefined && { labelSelector: labels }),
        ...(fields !== undefined && { fieldSelector: fields }),
      });
      return mapsAt(
        await call({ method: "GET", path: `${await places.collectionOf(place)}?${query}` }),
        "items",
      );
    },
    ...writeCalls(call, places),
    waitForChange: async (reference, version, seconds) => {
      const path = `${await places.collectionOf(reference)}?${watchQuery(reference.name, version, seconds)}`;
      const signal = AbortSignal.any([options.signal, AbortSignal.timeout(seconds * 1000)]);
      await firstLine(connection.lines({ method: "GET", path, signal }), signal);
    },
  };
}

function writeCalls(call: Call, { pathOf, collectionOf }: Discovery) {
  const write = async (method: KubeRequest["method"], path: string, body: unknown, contentType?: string) =>
    call({ method, path, body, ...(contentType === undefined ? {} : { contentType }) });
  return {
    create: async (object: KubeObject, how: WriteOptions) =>
      write("POST", `${await collectionOf(referenceOf(object))}?${writeQuery(how)}`, object),
    replace: async (object: KubeObject, how: WriteOptions) =>
      write("PUT", `${await pathOf(referenceOf(object))}?${writeQuery(how)}`, object),
    apply: async (object: KubeObject, how: WriteOptions) =>
      write(
        "PATCH",
        `${await pathOf(referenceOf(object))}?${writeQuery(how)}`,
        object,
        "application/apply-patch+yaml",
      ),
    patchJson: async (reference: ObjectReference, patch: readonly unknown[]) =>
      write("PATCH", await pathOf(reference), patch, "application/json-patch+json"),
    delete: async (reference: ObjectReference, propagationPolicy: PropagationPolicy) => {
      await write("DELETE", await pathOf(reference), { propagationPolicy });
    },
  };
}

function createCall(connection: KubeConnection, options: KubeApiOptions): Call {
  const told = new Set<string>();
  return async (request) => {
    const answer = await connection.send({ ...request, signal: options.signal });
    for (const warning of answer.warnings.map(warningText)) {
      if (!told.has(warning)) options.onWarning(warning);
      told.add(warning);
    }
    return readObject(answer);
  };
}

/** What an object is and where; the reference of its own call. */
export function referenceOf(object: KubeObject): ObjectReference {
  return { kind: kindOfObject(object), namespace: namespaceOf(object), name: nameOf(object) };
}

function writeQuery({ fieldManager, dryRun, force }: WriteOptions): string {
  return new URLSearchParams({
    fieldManager,
    ...(dryRun ? { dryRun: "All" } : {}),
    ...(force === undefined ? {} : { force: String(force) }),
  }).toString();
}

function watchQuery(name: string, version: string, seconds: number): string {
  return new URLSearchParams({
    watch: "true",
    fieldSelector: `metadata.name=${name}`,
    resourceVersion: version,
    timeoutSeconds: String(Math.max(1, Math.ceil(seconds))),
  }).toString();
}

/** `299 - "text"` → text. */
function warningText(header: string): string {
  return /^\d{3} \S+ "(.*)"/.exec(header)?.[1]?.replaceAll('\\"', '"') ?? header;
}

function readObject({ status, text }: KubeAnswer): PropertyMap {
  const parsed = parseObject(text);
  if (status < 400) return parsed;
  throw new KubeError(
    status,
    textAt(parsed, "message") === "" ? { ...parsed, message: text.trim() } : parsed,
  );
}

function parseObject(text: string): PropertyMap {
  try {
    return JSON.parse(text) as PropertyMap;
  } catch {
    return {};
  }
}

async function firstLine(lines: AsyncIterable<string>, signal: AbortSignal): Promise<void> {
  try {
    for await (const line of lines) if (line !== "") return;
  } catch (error) {
    // The time was up.
    if (!signal.aborted) throw error;
  }
}
