import { below, listAt, type PropertyMap, textAt } from "./property.ts";
import type { JudgedResource } from "./rule.ts";

/** A pod's specification somewhere in an object: of a Pod, of a template, of a custom resource that makes pods. */
export interface PodSpec {
  /** For example `spec.template.spec`. */
  readonly path: string;
  readonly spec: PropertyMap;
  /** What the specification is in: a pod template, which has labels of its own, or the pod itself. */
  readonly owner: unknown;
}

export interface PodContainer {
  readonly path: string;
  readonly name: string;
  readonly container: PropertyMap;
}

/** True for objects in a cluster. */
export function isKubernetesObject({ type }: JudgedResource): boolean {
  return type.startsWith("kubernetes:");
}

/** The kind of an object in a cluster (`Deployment`); patches count as what they patch. */
export function kindOf({ type }: JudgedResource): string {
  const kind = type.slice(type.lastIndexOf(":") + 1);
  return type.startsWith("kubernetes:") ? kind.replace(/Patch$/, "") : "";
}

/** Pod specifications of an object: whatever has a list of containers, so that custom resources are covered too. */
export function podSpecsOf(resource: JudgedResource): readonly PodSpec[] {
  return isKubernetesObject(resource) ? podSpecsBelow(resource.properties, "", undefined) : [];
}

function podSpecsBelow(value: unknown, path: string, owner: unknown): readonly PodSpec[] {
  const here = listAt(value, "containers").length > 0 ? [{ path, spec: value as PropertyMap, owner }] : [];
  return [...here, ...below(value, path).flatMap(([place, child]) => podSpecsBelow(child, place, value))];
}

const LISTS = ["initContainers", "containers", "ephemeralContainers"];

/** All containers of a pod, those that run first included. */
export function containersOf({ path, spec }: PodSpec): readonly PodContainer[] {
  return LISTS.flatMap((list) =>
    listAt(spec, list).map((container, index) => ({
      path: `${path === "" ? "" : `${path}.`}${list}[${index}]`,
      name: textAt(container, "name") ?? String(index),
      container: container as PropertyMap,
    })),
  );
}
