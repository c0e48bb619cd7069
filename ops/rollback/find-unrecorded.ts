import { nameOf } from "../urn.ts";
import type { Checkpoint, RecordedResource } from "./replay/checkpoint.ts";
import { decode, type RecordedValue } from "./replay/recorded-value.ts";

/**
 * Names of the resources in which a stack differs from what its newest release recorded: an update that no release
 * recorded. Outputs do not count, a refresh changes them; nor do the values of secrets, which are encrypted anew.
 */
export function findUnrecorded(current: Checkpoint, recorded: Checkpoint): readonly string[] {
  const before = essenceOf(recorded);
  const now = essenceOf(current);
  const urns = [...new Set([...before.keys(), ...now.keys()])];
  return urns.filter((urn) => before.get(urn) !== now.get(urn)).map(nameOf);
}

function essenceOf({ resources }: Checkpoint): ReadonlyMap<string, string> {
  return new Map(
    resources.filter(isCustom).map(({ urn, id, inputs }) => [urn, JSON.stringify([id, hideSecrets(inputs)])]),
  );
}

function isCustom({ custom, external, delete: isGoing }: RecordedResource): boolean {
  return custom && !external && !isGoing;
}

function hideSecrets(value: RecordedValue): RecordedValue {
  const decoded = decode(value);
  switch (decoded.kind) {
    case "secret":
    case "unreadable":
      return "[secret]";
    case "list":
      return decoded.items.map(hideSecrets);
    case "object":
      return Object.fromEntries(
        Object.entries(decoded.members)
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([key, item]) => [key, hideSecrets(item)]),
      );
    default:
      return value;
  }
}
