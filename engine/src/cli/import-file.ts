import { readFileSync } from "node:fs";
import { UserError } from "../errors.ts";
import type { ImportSpec } from "../operation.ts";
import { createUrn } from "../plan/urn.ts";

/** One entry of an import file, as the official CLI reads it. */
interface ImportEntry {
  readonly type: string;
  readonly name: string;
  /** What the program calls it, where the file needs another name. */
  readonly logicalName?: string;
  readonly id?: string;
  readonly parent?: string;
  readonly provider?: string;
  readonly version?: string;
  readonly pluginDownloadUrl?: string;
  readonly properties?: readonly string[];
  readonly component?: boolean;
  readonly remote?: boolean;
}

interface ImportFile {
  /** Names used in the file -> URNs of resources that exist. */
  readonly nameTable?: { readonly [name: string]: string };
  readonly resources?: readonly ImportEntry[];
}

export interface ImportContext {
  readonly project: string;
  readonly stack: string;
  readonly protect: boolean;
}

function badFile(file: string, problem: string): UserError {
  return new UserError("bad-import-file", `could not read import file ${file}: ${problem}`);
}

function parseFile(file: string): ImportFile {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as ImportFile;
  } catch (error) {
    throw badFile(file, error instanceof Error ? error.message : String(error));
  }
}

/** The names that an import file gives to resources that exist, by URN. */
export function readNameTable(file: string): ReadonlyMap<string, string> {
  const { nameTable = {} } = parseFile(file);
  return new Map(Object.entries(nameTable).map(([name, urn]) => [urn, name]));
}

/** Reads an import file. Parents and providers are names: of the file's table, or of other entries. */
export function readImportFile(file: string, context: ImportContext): ImportSpec[] {
  const { nameTable = {}, resources = [] } = parseFile(file);
  const entries = new Map(resources.map((entry) => [entry.name, entry]));
  for (const entry of resources) {
    for (const field of ["type", "name"] as const) {
      if (typeof entry[field] !== "string" || entry[field] === "")
        throw badFile(file, `a resource has no ${field}`);
    }
    if (!entry.component && !entry.id) throw badFile(file, `resource '${entry.name}' has no id`);
  }
  const urnOf = (name: string, above: readonly string[] = []): string => {
    const known = nameTable[name];
    if (known !== undefined) return known;
    const entry = entries.get(name);
    if (entry === undefined)
      throw badFile(file, `the name '${name}' is neither in nameTable nor in resources`);
    if (above.includes(name)) throw badFile(file, `'${name}' is its own parent`);
    const parent = entry.parent === undefined ? stackUrn(context) : urnOf(entry.parent, [...above, name]);
    const { stack, project } = context;
    return createUrn({ stack, project, parent, type: entry.type, name: entry.logicalName ?? name });
  };
  return resources.map((entry) => toSpec(entry, urnOf, context));
}

function toSpec(entry: ImportEntry, urnOf: (name: string) => string, context: ImportContext): ImportSpec {
  return {
    type: entry.type,
    name: entry.logicalName ?? entry.name,
    id: entry.id ?? "",
    parent: entry.parent === undefined ? undefined : urnOf(entry.parent),
    provider: entry.provider === undefined ? undefined : urnOf(entry.provider),
    version: entry.version ?? "",
    pluginDownloadURL: entry.pluginDownloadUrl ?? "",
    properties: entry.properties,
    component: entry.component ?? false,
    remote: entry.remote ?? false,
    protect: context.protect,
  };
}

function stackUrn({ stack, project }: ImportContext): string {
  return `urn:pulumi:${stack}::${project}::pulumi:pulumi:Stack::${project}-${stack}`;
}
