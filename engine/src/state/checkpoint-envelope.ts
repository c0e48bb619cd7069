import { UserError } from "../errors.ts";
import {
  corrupt,
  isObject,
  type ParsedJson,
  type ParsedObject,
  readArray,
  readObject,
  readStrings,
} from "./json-reader.ts";

/** What surrounds a deployment in a file: a state file of the backend, or the output of `stack export`. */
export interface Envelope {
  readonly version: number;
  readonly features: readonly string[];
  /** `organization/project/stack` of a state file; "" in an export. */
  readonly stack: string;
  /** In the form of version 3; undefined for a stack that was never updated. */
  readonly deployment: ParsedObject | undefined;
}

/** The newest version of the format that is understood. */
export const NEWEST_VERSION = 4;

/** Features of version 4 that this engine understands, or carries without harm. */
export const SUPPORTED_FEATURES: ReadonlySet<string> = new Set([
  "refreshBeforeUpdate",
  "views",
  "hooks",
  "taint",
  "replaceWith",
  "snippets-prototype",
  "extensionParameterization",
  "byteString",
]);

/** Parses JSON without repeating its content in the error: it may hold secrets. @throws UserError `state-corrupt`. */
export function parseJson(text: string): ParsedJson {
  try {
    return JSON.parse(text) as ParsedJson;
  } catch (error) {
    if (text.trim() === "") throw corrupt("the file", "is empty");
    const position = /position (\d+)/.exec(String(error))?.[1] ?? String(text.length);
    throw corrupt("the file", `is not valid JSON (at character ${position} of ${text.length})`);
  }
}

/** Reads either envelope, of any supported version. @throws UserError `state-corrupt`, `state-too-new`, `state-unsupported-features`. */
export function readEnvelope(json: ParsedJson): Envelope {
  if (!isObject(json)) throw corrupt("the file", "is not a Pulumi state: it must hold a JSON object");
  const version = readVersion(json);
  const features = readStrings(json["features"], "features");
  refuseUnsupported(version, features);
  if (json["deployment"] !== undefined) return readExport(json["deployment"], version, features);
  if (isObject(json["checkpoint"])) return readCheckpoint(json["checkpoint"], version, features);
  if (version === 0 && isObject(json["latest"])) return readCheckpoint(json, 1, features);
  throw corrupt("the file", "is not a Pulumi state: it has neither 'checkpoint' nor 'deployment'");
}

function readVersion(json: ParsedObject): number {
  const version = json["version"] ?? 0;
  if (typeof version !== "number" || !Number.isInteger(version) || version < 0) {
    throw corrupt("version", "must be a whole number");
  }
  return version;
}

function refuseUnsupported(version: number, features: readonly string[]): void {
  if (version > NEWEST_VERSION) {
    throw new UserError("state-too-new", `unsupported checkpoint version ${version}`, {
      help: `This engine reads versions up to ${NEWEST_VERSION}: use the newer release that wrote the file.`,
    });
  }
  const unknown = features.filter((feature) => !SUPPORTED_FEATURES.has(feature));
  if (version === NEWEST_VERSION && unknown.length > 0) {
    throw new UserError(
      "state-unsupported-features",
      `this stack's deployment needs support for the following features: ${unknown.join(", ")}`,
      { help: "Use the newer release that wrote the file." },
    );
  }
}

function readExport(deployment: ParsedJson, version: number, features: readonly string[]): Envelope {
  if (version === 0) throw new UserError("state-too-old", "this stack's deployment is too old");
  return { version, features, stack: "", deployment: migrateUnlessNull(deployment, "deployment", version) };
}

function readCheckpoint(checkpoint: ParsedObject, version: number, features: readonly string[]): Envelope {
  const { stack, latest } = checkpoint;
  return {
    version,
    features,
    stack: typeof stack === "string" ? stack : "",
    deployment: migrateUnlessNull(latest ?? null, "latest", version),
  };
}

function migrateUnlessNull(json: ParsedJson, where: string, version: number): ParsedObject | undefined {
  return json === null ? undefined : migrate(readObject(json, where), version);
}

/** Brings a deployment to the form of version 3, which version 4 shares. */
function migrate(deployment: ParsedObject, version: number): ParsedObject {
  if (version >= 3) return deployment;
  const resources = readArray(deployment["resources"], "resources").map(migrateResource);
  const operations = readArray(deployment["pending_operations"], "pending_operations").map((item, index) => {
    const operation = readObject(item, `pending_operations[${index}]`);
    return { ...operation, resource: migrateResource(operation["resource"] ?? null, index) };
  });
  return {
    manifest: readObject(deployment["manifest"], "manifest"),
    resources,
    pending_operations: operations,
  };
}

/** Version 1 had `defaults`; before version 3 every input may depend on everything the resource depends on. */
function migrateResource(item: ParsedJson, index: number): ParsedObject {
  const { defaults: _dropped, ...resource } = readObject(item, `resources[${index}]`);
  const inputs = readObject(resource["inputs"], `resources[${index}].inputs`);
  const dependencies = resource["dependencies"] ?? [];
  return {
    ...resource,
    propertyDependencies: Object.fromEntries(Object.keys(inputs).map((key) => [key, dependencies])),
  };
}
