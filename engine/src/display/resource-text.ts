import { cached } from "../cached.ts";
import { parseUrn } from "../plan/urn.ts";

/** The type of a URN; "" of what is none. */
export function typeOfUrn(urn: string): string {
  return parseUrn(urn)?.type ?? "";
}

/** The name of a URN; "" of what is none. */
export function nameOfUrn(urn: string): string {
  return parseUrn(urn)?.name ?? "";
}

/** A type token for people: `docker:index/container:Container` is `docker:index:Container`. */
export const shortType = cached((type: string): string => {
  const [pkg, module, name, ...more] = type.split(":");
  if (pkg === undefined || module === undefined || name === undefined || more.length > 0) return type;
  const [folder, file] = module.split("/");
  const isRepeated = file !== undefined && file === name.charAt(0).toLowerCase() + name.slice(1);
  return isRepeated ? `${pkg}:${folder}:${name}` : type;
});

/** True for the stack's own resource. */
export function isRootStack(type: string): boolean {
  return type === "pulumi:pulumi:Stack";
}
