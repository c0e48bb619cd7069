/** The file for `pulumi import` that a preview writes: what would be created, to be taken in instead. */
import { writeFile } from "node:fs/promises";
import type { EventSink } from "../display/event-log.ts";
import type { EngineEvent } from "../events.ts";
import {
  isDefaultProvider,
  isProviderType,
  isRootStack,
  parseProviderReference,
  urnName,
} from "../plan/urn.ts";
import { containsUnknowns, type PropertyValue } from "../protocol/property-value.ts";
import { pluginOf } from "../providers/plugin-inputs.ts";
import { encodeGoJson, JsonRecord, type JsonValue } from "../state/go-json.ts";
import { encodeProperties, type SecretWriter } from "../state/property-json.ts";
import type { ResourceState } from "../state/resource.ts";
import { openSecretWriter, SecretCollector } from "../state/secret-codec.ts";
import type { SecretsManager } from "../state/secrets.ts";

export interface ImportFileOptions {
  readonly path: string;
  /** Encrypts what is secret in the configuration of providers. */
  readonly secrets: SecretsManager;
  /** Is told what is not known yet and has to be filled in. */
  warn(text: string): void;
}

/** Gathers what a preview would create and writes the file when it is over. */
export function openImportFile({ path, secrets, warn }: ImportFileOptions): EventSink {
  const created: ResourceState[] = [];
  const seen = new Map<string, ResourceState>();
  return {
    listener(event: EngineEvent) {
      if (event.kind !== "resource-pre" || event.step.new === undefined) return;
      seen.set(event.step.urn, event.step.new);
      if (event.step.op === "create" && !isRootStack(event.step.urn)) created.push(event.step.new);
    },
    async close() {
      const wanted = created.filter(({ urn }) => !isDefaultProvider(urn));
      for (const provider of wanted.filter(({ type }) => isProviderType(type)))
        warnOfUnknowns(provider, warn);
      const collector = new SecretCollector();
      renderImportFile(wanted, seen, collector);
      const file = renderImportFile(wanted, seen, await openSecretWriter(collector.found, secrets));
      await writeFile(path, `${encodeGoJson(file, { indent: 4 })}\n`);
    },
  };
}

function warnOfUnknowns({ urn, inputs }: ResourceState, warn: (text: string) => void): void {
  const unknown = Object.keys(inputs).filter((name) => hasUnknowns(inputs[name]));
  if (unknown.length === 0) return;
  warn(
    `configuration of provider ${urn} is not known during the preview and has been omitted from the import file, ` +
      `fill it in before importing: ${unknown.sort().join(", ")}`,
  );
}

function hasUnknowns(value: PropertyValue | undefined): boolean {
  return containsUnknowns({ value: value ?? null });
}

function renderImportFile(
  wanted: readonly ResourceState[],
  seen: ReadonlyMap<string, ResourceState>,
  secrets: SecretWriter,
): JsonRecord {
  const names = uniqueNames([...seen.keys()]);
  const table = new Map<string, string>();
  const nameOf = (urn: string) => {
    const name = names.get(urn) ?? urnName(urn);
    if (!wanted.some((resource) => resource.urn === urn)) table.set(name, urn);
    return name;
  };
  const resources = wanted.map((resource) => importEntry(resource, { seen, names, nameOf, secrets }));
  return new JsonRecord([
    ["nameTable", table.size > 0 ? Object.fromEntries(table) : undefined],
    ["resources", resources.length > 0 ? resources : undefined],
  ]);
}

interface EntryContext {
  readonly seen: ReadonlyMap<string, ResourceState>;
  readonly names: ReadonlyMap<string, string>;
  readonly secrets: SecretWriter;
  nameOf(urn: string): string;
}

function importEntry(resource: ResourceState, { seen, names, nameOf, secrets }: EntryContext): JsonRecord {
  const { urn, type, custom, parent, provider } = resource;
  const providerUrn = provider === "" ? "" : parseProviderReference(provider).urn;
  const plugin = pluginOf("", seen.get(providerUrn)?.inputs ?? {});
  const isNamed = providerUrn !== "" && !isDefaultProvider(providerUrn);
  const name = names.get(urn) ?? urnName(urn);
  return new JsonRecord([
    ["type", type],
    ["name", name],
    ["id", custom && !isProviderType(type) ? "<PLACEHOLDER>" : undefined],
    ["parent", parent === "" || isRootStack(parent) ? undefined : nameOf(parent)],
    ["provider", isNamed ? nameOf(providerUrn) : undefined],
    ["version", plugin.version || undefined],
    ["pluginDownloadUrl", plugin.pluginDownloadURL || undefined],
    ["component", custom ? undefined : true],
    ["inputs", isProviderType(type) ? configurationOf(resource, secrets) : undefined],
    ["logicalName", name === urnName(urn) ? undefined : urnName(urn)],
  ]);
}

/** A provider is made anew, with the configuration as far as it is known. */
function configurationOf({ inputs }: ResourceState, secrets: SecretWriter): JsonValue | undefined {
  const known = Object.entries(inputs).filter(([, value]) => !hasUnknowns(value));
  return known.length === 0 ? undefined : encodeProperties(Object.fromEntries(known), secrets);
}

/** Names in the file are unique: who shares a name with an earlier resource gets its type, then a number after it. */
function uniqueNames(urns: readonly string[]): ReadonlyMap<string, string> {
  const holders = new Map<string, string>();
  const names = new Map<string, string>();
  const take = (name: string, urn: string) => {
    holders.set(name, urn);
    names.set(urn, name);
  };
  const freeName = (urn: string) => {
    const type = urn.split("::")[2]?.split(":").at(-1) ?? "";
    const base = urnName(urn) + type.charAt(0).toUpperCase() + type.slice(1);
    let name = base;
    for (let count = 2; holders.has(name); count++) name = `${base}${count}`;
    return name;
  };
  for (const urn of urns) {
    const name = urnName(urn);
    const holder = holders.get(name);
    // Whoever has the name of its own keeps it; a name that was made up gives way.
    if (holder !== undefined && urnName(holder) === name) take(freeName(urn), urn);
    else {
      if (holder !== undefined) take(freeName(holder), holder);
      take(name, urn);
    }
  }
  return names;
}
