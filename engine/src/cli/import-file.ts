import { readFileSync } from "node:fs";
import { UserError } from "../errors.ts";
import type { ImportSpec } from "../operation.ts";
import { createUrn, isProviderType, parseUrn } from "../plan/urn.ts";
import { toExtension } from "../program/packages.ts";
import type { PropertyMap } from "../protocol/property-value.ts";
import type { ParsedJson } from "../state/json-reader.ts";
import { decodeProperties, findCiphertexts, type SecretReader } from "../state/property-decode.ts";
import { openSecretReader } from "../state/secret-codec.ts";
import type { SecretsManager } from "../state/secrets.ts";
import { problemList } from "./problem-list.ts";

/** One entry of an import file, as the official CLI reads it. */
interface ImportEntry {
  readonly type: string;
  readonly name: string;
  /** What the program calls it, where the file needs another name. */
  readonly logicalName: string;
  readonly id?: string;
  readonly parent?: string;
  readonly provider?: string;
  readonly version?: string;
  readonly pluginDownloadUrl?: string;
  readonly properties?: readonly string[];
  readonly component?: boolean;
  readonly remote?: boolean;
  readonly inputs?: ParsedJson;
  readonly outputs?: ParsedJson;
  readonly parameterization?: {
    readonly pluginName: string;
    readonly pluginVersion: string;
    readonly value: string;
  };
  /** `value` is in base64, as that of `parameterization`. */
  readonly extension?: { readonly name: string; readonly version: string; readonly value: string };
}

interface ImportFile {
  /** Names used in the file -> URNs of resources that exist. */
  readonly nameTable?: { readonly [name: string]: string };
  readonly resources?: readonly Partial<ImportEntry>[];
  /** An older way to say the inputs of providers, by their names. */
  readonly providerInputs?: { readonly [name: string]: ParsedJson };
}

export interface ImportContext {
  readonly project: string;
  readonly stack: string;
  readonly protect: boolean;
  /** Reads the secrets of the file, which are encrypted as those of the stack. */
  readonly secrets: SecretsManager;
  readonly warn: (message: string) => void;
}

/** An import file as it was written. `source`: what messages call it. */
export interface ImportText {
  readonly text: string;
  readonly source: string;
}

/** @throws UserError `bad-import-file` */
export function readImportFile(file: string): ImportText {
  const source = `import file ${file}`;
  try {
    return { text: readFileSync(file, "utf8"), source };
  } catch (error) {
    throw unreadable(source, error);
  }
}

function parse({ text, source }: ImportText): ImportFile {
  try {
    return JSON.parse(text) as ImportFile;
  } catch (error) {
    throw unreadable(source, error);
  }
}

function unreadable(source: string, error: unknown): UserError {
  const problem = error instanceof Error ? error.message : String(error);
  return new UserError("bad-import-file", `could not read ${source}: ${problem}`);
}

/** The names that an import file gives to resources that exist, by URN. */
export function nameTableOf(file: ImportText): ReadonlyMap<string, string> {
  const { nameTable = {} } = parse(file);
  return new Map(Object.entries(nameTable).map(([name, urn]) => [urn, name]));
}

/**
 * What an import file asks for. Parents and providers are names: of the file's table, or of other entries.
 * @throws UserError `bad-import-file` with everything that is wrong with it
 */
export async function importsOf(file: ImportText, context: ImportContext): Promise<ImportSpec[]> {
  const content = parse(file);
  if (Object.keys(content.providerInputs ?? {}).length > 0) context.warn(DEPRECATED_INPUTS);
  const entries = (content.resources ?? []).map(withNames);
  refuse(entries.flatMap(problemsOf));
  const names = new FileNames(content.nameTable ?? {}, entries, context);
  refuse(names.problems());
  refuse(entries.flatMap((entry, index) => providerProblems(entry, { index, names })));
  const given: ParsedJson[] = entries.flatMap(({ inputs = null, outputs = null }) => [inputs, outputs]);
  const ciphertexts = findCiphertexts([...given, ...Object.values(content.providerInputs ?? {})]);
  const reader = await openSecretReader(ciphertexts, context.secrets);
  const providerInputs = content.providerInputs ?? {};
  return entries.map((entry, index) =>
    toSpec(entry, { names, reader, providerInputs, what: describe(entry, index), protect: context.protect }),
  );
}

const DEPRECATED_INPUTS =
  "the 'providerInputs' field is deprecated: declare the provider in 'resources' and set its configuration via its " +
  "'inputs' instead";

/** Each of the two names stands for the other where that is missing. */
function withNames(entry: Partial<ImportEntry>): ImportEntry {
  const { type = "", name = entry.logicalName ?? "", logicalName = name } = entry;
  return { ...entry, type, name, logicalName: logicalName || name };
}

function refuse(problems: readonly string[]): void {
  if (problems.length > 0) throw new UserError("bad-import-file", problemList(problems));
}

function describe({ type, name, id }: ImportEntry, index: number): string {
  const called = name || id ? `'${name || id}'` : `${index}`;
  return `resource ${called}${type === "" ? "" : ` of type '${type}'`}`;
}

function problemsOf(entry: ImportEntry, index: number): readonly string[] {
  const { type, name, id = "", component = false, remote = false, extension, parameterization } = entry;
  const isTwofold = extension !== undefined && parameterization !== undefined;
  const found: [boolean, string][] = [
    [type === "", "has no type"],
    [name === "", "has no name"],
    ...(isProviderType(type) ? providerEntryProblems(entry) : []),
    [!isProviderType(type) && !component && id === "", "has no ID"],
    [!isProviderType(type) && component && id !== "", "has an ID, but is marked as a component"],
    [remote && !component, "is marked as remote, but not as a component"],
    [isTwofold, "has both a parameterization and an extension, which are mutually exclusive"],
  ];
  return found.flatMap(([isThere, problem]) => (isThere ? [`${describe(entry, index)} ${problem}`] : []));
}

function providerEntryProblems({ id = "", component = false, outputs }: ImportEntry): [boolean, string][] {
  return [
    [id !== "", "has an ID, but is a provider, which is created rather than read"],
    [component, "is a provider and may not be marked as a component"],
    [outputs !== undefined, "is a provider and may not have outputs"],
  ];
}

/** What the names of a file stand for. */
class FileNames {
  private readonly table: { readonly [name: string]: string };
  private readonly entries: readonly ImportEntry[];
  private readonly context: ImportContext;
  private readonly byName: ReadonlyMap<string, readonly ImportEntry[]>;

  constructor(
    table: { readonly [name: string]: string },
    entries: readonly ImportEntry[],
    context: ImportContext,
  ) {
    this.table = table;
    this.entries = entries;
    this.context = context;
    this.byName = Map.groupBy(entries, ({ name }) => name);
  }

  /** Undefined where the name is not known. */
  urnOf(name: string): string | undefined {
    if (Object.hasOwn(this.table, name)) return this.table[name];
    const entry = this.byName.get(name)?.[0];
    return entry && this.urnOfEntry(entry);
  }

  isAmbiguous(name: string): boolean {
    return (this.byName.get(name)?.length ?? 0) > 1;
  }

  private urnOfEntry({ parent, type, logicalName }: ImportEntry): string {
    const { stack, project } = this.context;
    const root = `urn:pulumi:${stack}::${project}::pulumi:pulumi:Stack::${project}-${stack}`;
    const above = parent === undefined ? root : (this.urnOf(parent) ?? root);
    return createUrn({ stack, project, parent: above, type, name: logicalName });
  }

  /** Parents that are not there or not clear, and entries that no URN tells apart. */
  problems(): readonly string[] {
    const parents = this.entries.flatMap((entry, index) => this.parentProblems(entry, index));
    if (parents.length > 0) return parents;
    const taken = new Set(Object.values(this.table));
    return this.entries.flatMap((entry, index) => {
      const urn = this.urnOfEntry(entry);
      const isTaken = taken.has(urn);
      taken.add(urn);
      const what = describe(entry, index);
      return isTaken ? [`${what} has an ambiguous URN, set name (or logical name) to be unique`] : [];
    });
  }

  private parentProblems(entry: ImportEntry, index: number): readonly string[] {
    const { parent } = entry;
    if (parent === undefined) return [];
    const what = describe(entry, index);
    if (this.isAmbiguous(parent)) return [`${what} has an ambiguous parent`];
    if (Object.hasOwn(this.table, parent)) return [];
    if (!this.byName.has(parent)) return [`the parent '${parent}' for ${what} has no entry in 'nameTable'`];
    return this.isOwnAncestor(entry) ? [`${what} is its own parent`] : [];
  }

  private isOwnAncestor(entry: ImportEntry): boolean {
    const met = new Set<string>();
    for (let next: ImportEntry | undefined = entry; next?.parent !== undefined; ) {
      if (met.has(next.name)) return true;
      met.add(next.name);
      next = Object.hasOwn(this.table, next.parent) ? undefined : this.byName.get(next.parent)?.[0];
    }
    return false;
  }
}

function providerProblems(
  entry: ImportEntry,
  { index, names }: { readonly index: number; readonly names: FileNames },
): readonly string[] {
  const { provider } = entry;
  if (provider === undefined) return [];
  const what = describe(entry, index);
  if (names.isAmbiguous(provider)) return [`${what} has an ambiguous provider`];
  const urn = names.urnOf(provider);
  if (urn === undefined)
    return [`the provider '${provider}' for ${what} has no entry in 'nameTable' or 'resources'`];
  const isProvider = isProviderType(parseUrn(urn)?.type ?? "");
  return isProvider ? [] : [`the provider '${provider}' for ${what} is not a provider`];
}

interface SpecContext {
  readonly names: FileNames;
  readonly reader: SecretReader;
  readonly providerInputs: { readonly [name: string]: ParsedJson };
  readonly what: string;
  readonly protect: boolean;
}

function toSpec(entry: ImportEntry, context: SpecContext): ImportSpec {
  const { parent, provider, parameterization: plugin, extension } = entry;
  const { names, providerInputs, protect } = context;
  const said = (name: string | undefined) =>
    name !== undefined && Object.hasOwn(providerInputs, name) ? providerInputs[name] : undefined;
  const inputs = entry.inputs ?? (isProviderType(entry.type) ? said(entry.name) : undefined);
  return {
    type: entry.type,
    name: entry.logicalName,
    id: entry.id ?? "",
    parent: parent === undefined ? undefined : names.urnOf(parent),
    provider: provider === undefined ? undefined : names.urnOf(provider),
    version: entry.version ?? "",
    pluginDownloadURL: entry.pluginDownloadUrl ?? "",
    properties: entry.properties,
    component: entry.component ?? false,
    remote: entry.remote ?? false,
    protect,
    ...(plugin && {
      parameterized: {
        ...{ plugin: plugin.pluginName, pluginVersion: plugin.pluginVersion },
        value: fromBase64(plugin.value),
      },
    }),
    ...(extension && {
      extension: toExtension({ ...extension, value: fromBase64(extension.value) }),
    }),
    ...given("inputs", inputs, context),
    ...given("outputs", entry.outputs, context),
    ...given("providerInputs", said(provider), context),
  };
}

function fromBase64(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, "base64"));
}

function given(
  field: "inputs" | "outputs" | "providerInputs",
  json: ParsedJson | undefined,
  { what, reader }: SpecContext,
): { readonly [name: string]: PropertyMap } {
  return json === undefined ? {} : { [field]: decodeProperties(json, `${field} of ${what}`, reader) };
}
