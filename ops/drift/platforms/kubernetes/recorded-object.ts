import type { ManagedResource } from "../../recorded.ts";
import { objectAt, textAt } from "../inputs.ts";

/** Where the API server has a recorded object. */
export interface ObjectPlace {
  readonly apiVersion: string;
  readonly kind: string;
  /** "" for what is in no namespace. */
  readonly namespace: string;
  readonly name: string;
}

/** The place of a resource; undefined for what is no single object, such as a list or a release of Helm's. */
export function placeOf({ inputs, outputs }: ManagedResource): ObjectPlace | undefined {
  const [apiVersion, kind] = [textAt(inputs, "apiVersion"), textAt(inputs, "kind")];
  const said = objectAt(inputs, "metadata") ?? {};
  const told = objectAt(outputs, "metadata") ?? {};
  const name = textAt(told, "name") || textAt(said, "name");
  if (apiVersion === "" || kind === "" || name === "") return undefined;
  return { apiVersion, kind, name, namespace: textAt(told, "namespace") || textAt(said, "namespace") };
}

/** Kind and name, whatever the version of the API. */
export function keyOf({ apiVersion, kind, namespace, name }: ObjectPlace): string {
  const group = apiVersion.includes("/") ? apiVersion.replace(/\/.*$/, "") : "";
  return [group, kind, namespace, name].join("/");
}
