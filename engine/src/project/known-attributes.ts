/** Attributes that a part of Pulumi.yaml does not have, in the words of the official CLI. */
import { editDistance } from "../edit-distance.ts";
import { compareUtf8 } from "../state/go-json.ts";

/** How far one name may be from another to be meant by it. */
const MOST_CHANGES = 2;

/** The name that is nearest to another, whatever the case of their letters. Undefined where none is near. */
export function nearestName(wanted: string, names: readonly string[]): string | undefined {
  const [nearest] = names
    .map((name) => ({ name, away: editDistance(wanted.toLowerCase(), name.toLowerCase()) }))
    .filter(({ away }) => away <= MOST_CHANGES)
    .sort((one, other) => one.away - other.away || compareUtf8(one.name, other.name));
  return nearest?.name;
}

/** What is wrong with the attributes of something that has those of `known` alone. */
export function strangeAttributes(
  attributes: readonly string[],
  known: readonly string[],
): readonly string[] {
  return attributes
    .filter((attribute) => !known.includes(attribute))
    .map((attribute) => `'${attribute}' not allowed; ${advice(attribute, known)}`);
}

function advice(attribute: string, known: readonly string[]): string {
  const nearest = nearestName(attribute, known);
  if (nearest !== undefined) return `did you mean '${nearest}'?`;
  const names = known.toSorted(compareUtf8).map((name) => `'${name}'`);
  const last = names.pop();
  if (names.length === 0) return `the only allowed attribute is ${last}`;
  return `the allowed attributes are ${names.join(", ")} and ${last}`;
}
