import { isDeepStrictEqual } from "node:util";
import { isMap, parsePath } from "../../../review/values.ts";
import type { Trace } from "../live-reader.ts";
import { timeOf } from "../time.ts";

/** Who set which fields of an object, as `metadata.managedFields` has it. */
export interface FieldManager {
  readonly manager?: string;
  readonly operation?: string;
  readonly subresource?: string;
  readonly time?: Date | string;
  /** Fields in the form `FieldsV1`. */
  readonly fieldsV1?: unknown;
}

/** A property, and both sides of the object it is of: positions in lists mean nothing without the items. */
export interface OwnedProperty {
  /** `spec.template.spec.containers[0].image`. */
  readonly property: string;
  readonly recorded: unknown;
  readonly live: unknown;
}

/** Of those who own a field, or something in it, the one who wrote last; controllers that report a status do not count. */
export function lastManagerOf(
  managers: readonly FieldManager[],
  owned: OwnedProperty,
): FieldManager | undefined {
  const steps = parsePath(owned.property);
  return managers
    .filter(({ subresource }) => subresource !== "status")
    .filter(({ fieldsV1 }) => isMap(fieldsV1) && !isEmpty(fieldsV1))
    .filter(({ fieldsV1 }) => isOwned(fieldsV1, steps, [owned.recorded, owned.live]))
    .toSorted(byTime)
    .at(-1);
}

/** What a manager did, in the words of its command where it is kubectl's. */
export function traceOf(entry: FieldManager): Trace {
  const { manager = "", operation, subresource, time } = entry;
  const command = /^kubectl-(.+)$/.exec(manager)?.[1];
  const how = operation === "Apply" ? "server-side apply" : "update";
  const plain = subresource === undefined ? how : `${how} of ${subresource}`;
  return {
    what: command === undefined ? plain : `kubectl ${command === "client-side-apply" ? "apply" : command}`,
    who: manager === "" ? null : manager,
    when: timeOf(time),
  };
}

/** The oldest first. */
export function byTime(left: FieldManager, right: FieldManager): number {
  return Date.parse(timeOf(left.time) ?? "1970-01-01") - Date.parse(timeOf(right.time) ?? "1970-01-01");
}

function isOwned(fields: unknown, steps: readonly string[], sides: readonly unknown[]): boolean {
  const [step, ...rest] = steps;
  if (step === undefined || !isMap(fields)) return true;
  // What has no fields of its own is owned as a whole.
  if (isEmpty(fields)) return true;
  // A Secret's `stringData` is written into its `data`.
  const named = fields[`f:${step}`] ?? (step === "stringData" ? fields["f:data"] : undefined);
  if (named !== undefined) {
    return isOwned(
      named,
      rest,
      sides.map((side) => (isMap(side) ? side[step] : undefined)),
    );
  }
  // The recorded item, where there is one, says which item is meant: others may stand before it by now.
  const item = sides
    .map((side): unknown => (Array.isArray(side) ? side[Number(step)] : undefined))
    .find((found) => found !== undefined);
  const key = Object.keys(fields).find((candidate) => isKeyOf(candidate, Number(step), item));
  return key !== undefined && isOwned(fields[key], rest, [item]);
}

/** `k:{"name":"app"}` has those values, `v:"app"` is the item itself, `i:0` its position. */
function isKeyOf(key: string, position: number, item: unknown): boolean {
  const text = key.slice(2);
  switch (key.slice(0, 2)) {
    case "i:":
      return Number(text) === position;
    case "v:":
      return isDeepStrictEqual(JSON.parse(text), item);
    case "k:": {
      if (!isMap(item)) return false;
      // The server fills in what the item leaves out, such as a port's protocol.
      const said = Object.entries(JSON.parse(text) as object).filter(([name]) => item[name] !== undefined);
      return said.length > 0 && said.every(([name, value]) => isDeepStrictEqual(item[name], value));
    }
    default:
      return false;
  }
}

function isEmpty(fields: object): boolean {
  return Object.keys(fields).length === 0;
}
