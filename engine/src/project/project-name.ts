/** What is said of a Pulumi.yaml that does not say what its project is called. */
import type { ConfigMap, ConfigValue } from "./config-value.ts";
import { nearestName } from "./known-attributes.ts";

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

/** What is wrong with the project's name, without which nothing else is looked at. */
export function missingName(members: ConfigMap): string | undefined {
  if (Object.hasOwn(members, "name")) {
    const { name } = members;
    return typeof name === "string" && name !== ""
      ? undefined
      : "project is missing a non-empty string 'name' attribute";
  }
  const nearest = nearestName("name", Object.keys(members));
  const found = nearest === undefined ? "" : `; found '${nearest}' instead`;
  return `project is missing a 'name' attribute${found}`;
}
