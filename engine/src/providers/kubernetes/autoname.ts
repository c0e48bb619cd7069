import { createHash } from "node:crypto";
import { ProviderError } from "../../errors.ts";
import { Computed, isPropertyMap } from "../../protocol/property-value.ts";
import type { CheckRequest } from "../provider.ts";
import { AUTONAMED } from "./annotations.ts";
import { hasAnnotation, type KubeObject, metadataOf, nameOf, withMetadata } from "./object.ts";

const SUFFIX_LENGTH = 8;

/** True where the object has a name, or will have one that is not known yet. */
export function isNamed(object: KubeObject): boolean {
  return object["metadata"] instanceof Computed || hasText(metadataOf(object)["name"]);
}

/** True where the server makes the name. */
export function isNamedByServer(object: KubeObject): boolean {
  return !isNamed(object) && hasText(metadataOf(object)["generateName"]);
}

function hasText(value: unknown): boolean {
  return value instanceof Computed || (typeof value === "string" && value !== "");
}

export function isAutonamed(object: KubeObject): boolean {
  return hasAnnotation(object, AUTONAMED);
}

/** Gives an object without a name the one it had, or a new one that is the same for the same seed. */
export function assignName(
  object: KubeObject,
  old: KubeObject,
  request: Pick<CheckRequest, "name" | "randomSeed" | "autonaming">,
): KubeObject {
  if (Object.keys(old).length > 0) {
    return !isNamed(object) && isAutonamed(old) ? autonamed(object, nameOf(old)) : object;
  }
  if (isNamed(object) || isNamedByServer(object)) return object;
  return autonamed(object, newName(request));
}

function newName({ name, randomSeed, autonaming }: Pick<CheckRequest, "name" | "randomSeed" | "autonaming">) {
  switch (autonaming?.mode) {
    case "disabled":
      throw new ProviderError(
        "autonaming is disabled, resource requires the .metadata.name field to be set",
        { status: "ok" },
      );
    case "enforce":
    case "propose":
      return autonaming.name;
    case undefined:
      return `${name}-${suffix(randomSeed, name)}`;
  }
}

function suffix(seed: Uint8Array, name: string): string {
  return createHash("sha256").update(seed).update(name).digest("hex").slice(0, SUFFIX_LENGTH);
}

function autonamed(object: KubeObject, name: string): KubeObject {
  const annotations = metadataOf(object)["annotations"];
  // What is not known yet cannot be added to.
  if (annotations instanceof Computed) return withMetadata(object, { name });
  const others = isPropertyMap(annotations) ? annotations : {};
  return withMetadata(object, { name, annotations: { ...others, [AUTONAMED]: "true" } });
}
