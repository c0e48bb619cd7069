import { isPropertyMap, type PropertyMap } from "../../src/protocol/property-value.ts";
import { at, type Json } from "./cluster.ts";

/** A change of one managed property, as a JSON patch from outside. */
export interface Mutation {
  readonly path: readonly (string | number)[];
  readonly patch: readonly Json[];
}

/** What makes an object another one, or is not a value of its own. */
const IDENTITY = new Set(["apiVersion", "kind", "metadata.name", "metadata.namespace"]);

/** Keys by which the server tells the items of a list apart: another value is another item, not a change of this one. */
const LIST_KEYS: { readonly [kind: string]: RegExp } = {
  Deployment: /(containers|env)\.\d+\.name$|ports\.\d+\.(containerPort|protocol)$/,
  Service: /ports\.\d+\.(port|protocol)$/,
};

/** A change of each leaf of the inputs to another value of its kind. */
export function mutationsOf(inputs: PropertyMap): Mutation[] {
  const listKeys = LIST_KEYS[String(inputs["kind"])];
  return leavesOf(inputs, [])
    .filter((path) => !IDENTITY.has(path.join(".")) && listKeys?.test(path.join(".")) !== true)
    .map((path) => ({
      path,
      patch: [{ op: "replace", path: pointerOf(path), value: other(path, at(inputs, ...path)) }],
    }));
}

function leavesOf(value: unknown, path: readonly (string | number)[]): (readonly (string | number)[])[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => leavesOf(item, [...path, index]));
  if (isPropertyMap(value as PropertyMap)) {
    return Object.entries(value as PropertyMap).flatMap(([key, item]) => leavesOf(item, [...path, key]));
  }
  return [path];
}

function pointerOf(path: readonly (string | number)[]): string {
  return path.map((key) => `/${String(key).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}

/** Texts that the server only takes from a list. */
const CHOICES: { readonly [value: string]: string } = {
  TCP: "UDP",
  Always: "IfNotPresent",
  IfNotPresent: "Always",
  ClusterIP: "NodePort",
  PathPrefix: "Exact",
  Utilization: "AverageValue",
  RuntimeDefault: "Unconfined",
  RollingUpdate: "Recreate",
};

function other(path: readonly (string | number)[], value: unknown): unknown {
  if (typeof value === "number") return value + 1;
  if (typeof value === "boolean") return !value;
  const text = String(value);
  if (CHOICES[text] !== undefined) return CHOICES[text];
  if (/^\d+(m|Mi|Gi)?$/.test(text)) return text.replace(/^\d+/, (digits) => String(Number(digits) + 1));
  if (path[0] === "data" && path.length === 2) return Buffer.from("other").toString("base64");
  return `${text}x`;
}
