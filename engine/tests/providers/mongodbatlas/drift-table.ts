import type { PropertyMap, PropertyValue } from "../../../src/protocol/property-value.ts";
import { isPropertyArray, isPropertyMap } from "../../../src/protocol/property-value.ts";
import { sameValue, unwrapMap } from "../../../src/providers/plain-values.ts";
import type { Recorded } from "./atlas-stack.ts";
import { settingOf } from "./kinds/all-kinds.ts";
import type { KindCase } from "./kinds/kind-case.ts";
import type { SimulatedAtlas } from "./simulated-atlas.ts";
import { typeOf } from "./simulated-atlas.ts";

/** What a refresh made of changes behind the program's back. */
export interface DriftRow {
  readonly kind: string;
  readonly managed: number;
  /** Managed properties that cannot drift, by name; why is in the kind's case. */
  readonly excepted: readonly string[];
  readonly found: number;
  /** Changed in Atlas, and not seen. */
  readonly missed: readonly string[];
  /** Not changed in Atlas, and told as changed. */
  readonly false: readonly string[];
  /** Managed and neither tried nor excepted. */
  readonly untried: readonly string[];
}

/** Changes every managed property of a resource, one at a time, and looks what a refresh finds. */
export async function driftRowOf(kind: KindCase, world: SimulatedAtlas): Promise<DriftRow> {
  const setting = await settingOf(kind, world);
  const created = await world.stack.create(typeOf(kind.name), kind.news(setting));
  const managed = leavesOf(unwrapMap(kind.news(setting)));
  const mutations = kind.mutations(setting, created);
  const excepted = Object.keys(kind.notInConsole);
  const missed: string[] = [];
  const wrong: string[] = differences(created, await outputsOf(world, created));
  for (const mutation of mutations) {
    const before = await world.atlas.edit(mutation);
    const changed = differences(created, await outputsOf(world, created));
    await world.atlas.edit({ ...mutation, value: before });
    const isIt = (path: string): boolean =>
      path === mutation.property || path.startsWith(`${mutation.property}[`);
    if (!changed.some(isIt)) missed.push(mutation.property);
    wrong.push(...changed.filter((path) => managed.includes(path) && !isIt(path)));
  }
  const tried = new Set([...mutations.map(({ property }) => property), ...excepted]);
  return {
    kind: kind.name,
    managed: managed.length,
    excepted,
    found: mutations.length - missed.length,
    missed,
    false: wrong,
    untried: managed.filter((path) => !tried.has(path) && !tried.has(path.replace(/\[\d+\]$/, ""))),
  };
}

async function outputsOf(world: SimulatedAtlas, recorded: Recorded): Promise<PropertyMap> {
  return unwrapMap((await world.stack.read(recorded))?.outputs ?? {});
}

function differences({ outputs }: Recorded, live: PropertyMap): string[] {
  const [before, after] = [unwrapMap(outputs), live].map((values) => new Map(entriesOf(values, "")));
  const paths = new Set([...(before?.keys() ?? []), ...(after?.keys() ?? [])]);
  return [...paths].filter((path) => !sameValue(before?.get(path), after?.get(path)));
}

function leavesOf(values: PropertyMap): string[] {
  return entriesOf(values, "").map(([path]) => path);
}

function entriesOf(value: PropertyValue, path: string): [string, PropertyValue][] {
  if (isPropertyArray(value)) return value.flatMap((item, index) => entriesOf(item, `${path}[${index}]`));
  if (!isPropertyMap(value)) return [[path, value]];
  return Object.entries(value).flatMap(([name, inner]) =>
    entriesOf(inner, path === "" ? name : `${path}.${name}`),
  );
}

/** The table as people read it. */
export function renderDriftTable(rows: readonly DriftRow[]): string {
  const head = ["kind", "managed", "found", "missed", "false", "excepted"];
  const lines = rows.map((row) =>
    [row.kind, row.managed, row.found, row.missed.length, row.false.length, row.excepted.length].map(String),
  );
  const sum = (pick: (row: DriftRow) => number) => String(rows.reduce((all, row) => all + pick(row), 0));
  const total = [
    "all",
    sum((row) => row.managed),
    sum((row) => row.found),
    sum((row) => row.missed.length),
    sum((row) => row.false.length),
    sum((row) => row.excepted.length),
  ];
  const table = [head, ...lines, total];
  const widths = head.map((_, column) => Math.max(...table.map((cells) => cells[column]?.length ?? 0)));
  return table
    .map((cells) =>
      cells
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
