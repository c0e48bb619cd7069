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
import { pluginOf } from "../providers/plugin-inputs.ts";
import { encodeGoJson, JsonRecord } from "../state/go-json.ts";
import type { ResourceState } from "../state/resource.ts";

/** Gathers what a preview would create and writes the file when it is over. */
export function openImportFile(path: string): EventSink {
  const created: ResourceState[] = [];
  const seen = new Map<string, ResourceState>();
  return {
    listener(event: EngineEvent) {
      if (event.kind !== "resource-pre" || event.step.new === undefined) return;
      seen.set(event.step.urn, event.step.new);
      if (event.step.op === "create" && !isRootStack(event.step.urn)) created.push(event.step.new);
    },
    async close() {
      await writeFile(path, `${encodeGoJson(renderImportFile(created, seen), { indent: 4 })}\n`);
    },
  };
}

function renderImportFile(
  created: readonly ResourceState[],
  seen: ReadonlyMap<string, ResourceState>,
): JsonRecord {
  const wanted = created.filter(({ urn }) => !isDefaultProvider(urn));
  const names = uniqueNames([...seen.keys()]);
  const table = new Map<string, string>();
  const nameOf = (urn: string) => {
    const name = names.get(urn) ?? urnName(urn);
    if (!wanted.some((resource) => resource.urn === urn)) table.set(name, urn);
    return name;
  };
  const resources = wanted.map((resource) => importEntry(resource, seen, nameOf, names));
  return new JsonRecord([
    ["nameTable", table.size > 0 ? Object.fromEntries(table) : undefined],
    ["resources", resources.length > 0 ? resources : undefined],
  ]);
}

function importEntry(
  { urn, type, custom, parent, provider }: ResourceState,
  seen: ReadonlyMap<string, ResourceState>,
  nameOf: (urn: string) => string,
  names: ReadonlyMap<string, string>,
): JsonRecord {
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
    ["logicalName", name === urnName(urn) ? undefined : urnName(urn)],
  ]);
}

/** Names in the file are unique: a second of one name gets its type, then a number after it. */
function uniqueNames(urns: readonly string[]): ReadonlyMap<string, string> {
  const taken = new Set<string>();
  return new Map(
    urns.map((urn) => {
      let name = urnName(urn);
      if (taken.has(name)) {
        const type = urn.split("::")[2]?.split(":").at(-1) ?? "";
        const base = name + type.charAt(0).toUpperCase() + type.slice(1);
        name = base;
        for (let count = 2; taken.has(name); count++) name = `${base}${count}`;
      }
      taken.add(name);
      return [urn, name];
    }),
  );
}
