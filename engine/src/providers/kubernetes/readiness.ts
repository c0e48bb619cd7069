import type { PropertyMap } from "../../protocol/property-value.ts";
import { findMapAt, mapsAt, numberAt, textAt } from "../plain-values.ts";
import type { KubeApi } from "./kube-api.ts";
import { type KubeObject, metadataOf } from "./object.ts";

/** How far an object is. */
export type Readiness =
  | { readonly state: "ready" }
  /** `reasons` say what is wrong so far; empty while it merely takes its time. */
  | { readonly state: "waiting"; readonly message: string; readonly reasons: readonly string[] }
  | { readonly state: "failed"; readonly reasons: readonly string[] };

export interface Observation {
  readonly live: KubeObject;
  readonly api: KubeApi;
  /** True where the object was there before. */
  readonly isUpdate: boolean;
}

/** Judges one kind of object. */
export type ReadinessCheck = (observation: Observation) => Readiness | Promise<Readiness>;

export const READY: Readiness = { state: "ready" };

export function waiting(message: string, reasons: readonly string[] = []): Readiness {
  return { state: "waiting", message, reasons };
}

export function statusOf(object: KubeObject): PropertyMap {
  return findMapAt(object, "status") ?? {};
}

export function specOf(object: KubeObject): PropertyMap {
  return findMapAt(object, "spec") ?? {};
}

export function findCondition(object: KubeObject, type: string): PropertyMap | undefined {
  return mapsAt(statusOf(object), "conditions").find((condition) => textAt(condition, "type") === type);
}

export function isTrue(condition: PropertyMap | undefined): boolean {
  return condition !== undefined && textAt(condition, "status") === "True";
}

/** `[reason] message` of a condition. */
export function conditionText(condition: PropertyMap): string {
  return `[${textAt(condition, "reason")}] ${textAt(condition, "message")}`;
}

/** True once the controller has seen the object as it is now: before that the status tells of the past. */
export function isObserved(object: KubeObject): boolean {
  return numberAt(statusOf(object), "observedGeneration") >= numberAt(metadataOf(object), "generation");
}

/** The number at `key`, or what the server takes where it is left out. */
export function numberOr(map: PropertyMap, key: string, otherwise: number): number {
  return typeof map[key] === "number" ? numberAt(map, key) : otherwise;
}
