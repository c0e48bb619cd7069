import { isJson, type Json, type JsonValue } from "./json.ts";
import type { Simulation } from "./simulation.ts";
import type { TableName } from "./state.ts";

export interface Edit {
  readonly table: TableName;
  readonly key: string;
  /** Names and positions from the row down to the property. */
  readonly path: readonly (string | number)[];
  /** Undefined: the property goes. */
  readonly value?: JsonValue | undefined;
}

/** Changes a property behind everybody's back, as a person in Atlas' console does. @throws where there is no such place */
export function editRow(simulation: Simulation, { table, key, path, value }: Edit): Json {
  const row = simulation.table(table).find(key);
  if (row === undefined) throw new Error(`${table} has no ${key}`);
  const last = path.at(-1);
  let place: JsonValue = row;
  for (const step of path.slice(0, -1)) place = inside(place, step);
  if (Array.isArray(place) && typeof last === "number") {
    if (value === undefined) place.splice(last, 1);
    else place[last] = value;
  } else if (isJson(place) && typeof last === "string") {
    if (value === undefined) delete place[last];
    else place[last] = value;
  } else {
    throw new Error(`${table} ${key} has no place ${path.join(".")}`);
  }
  return row;
}

/** As `editRow`; tells what was there before, so that it can be put back. */
export function exchangeValue(simulation: Simulation, edit: Edit): JsonValue | undefined {
  let before: JsonValue | undefined = simulation.table(edit.table).find(edit.key);
  for (const step of edit.path) before = findInside(before, step);
  editRow(simulation, edit);
  return before;
}

function inside(place: JsonValue, step: string | number): JsonValue {
  const next = findInside(place, step);
  if (next === undefined) throw new Error(`there is no ${step} on the way`);
  return next;
}

function findInside(place: JsonValue | undefined, step: string | number): JsonValue | undefined {
  if (Array.isArray(place)) return place[Number(step)];
  return place !== undefined && isJson(place) ? place[step] : undefined;
}
