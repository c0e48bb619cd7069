import { cached } from "../cached.ts";

/** The type of a URN: after the last `$` of its qualified type. */
export function typeOfUrn(urn: string): string {
  const types = urn.slice(endOf(urn, 2), endOf(urn, 3) - 2);
  return types.slice(types.lastIndexOf("$") + 1);
}

/** The name of a URN; names may hold `::` themselves. */
export function nameOfUrn(urn: string): string {
  return urn.slice(endOf(urn, 3));
}

/** Where the part behind so many separators begins. */
function endOf(urn: string, separators: number): number {
  let end = 0;
  for (let count = 0; count < separators; count++) {
    const at = urn.indexOf("::", end);
    if (at < 0) return urn.length + 2;
    end = at + 2;
  }
  return end;
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
