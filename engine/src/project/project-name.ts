/** What is said of a Pulumi.yaml that does not say what its project is called. */
import { editDistance } from "../edit-distance.ts";
import { compareUtf8 } from "../state/go-json.ts";
import type { ConfigMap, ConfigValue } from "./config-value.ts";

/** As Go calls the type of a value. */
export function goType(value: ConfigValue): string {
  if (value === null) return "<nil>";
  if (Array.isArray(value)) return "[]interface {}";
  switch (typeof value) {
    case "number":
      return Number.isInteger(value) ? "int" : "float64";
    case "bigint":
      return "int";
    case "boolean":
      return "bool";
    default:
      return "string";
  }
}

/** How far from `name` a field may be to be meant by it. */
const MOST_CHANGES = 2;

/** What is wrong with the project's name, without which nothing else is looked at. */
export function missingName(members: ConfigMap): string | undefined {
  if (Object.hasOwn(members, "name")) {
    const { name } = members;
    return typeof name === "string" && name !== ""
      ? undefined
      : "project is missing a non-empty string 'name' attribute";
  }
  const [nearest] = Object.keys(members)
    .map((field) => ({ field, away: editDistance("name", field.toLowerCase()) }))
    .filter(({ away }) => away <= MOST_CHANGES)
    .sort((one, other) => one.away - other.away || compareUtf8(one.field, other.field));
  const found = nearest === undefined ? "" : `; found '${nearest.field}' instead`;
  return `project is missing a 'name' attribute${found}`;
}
