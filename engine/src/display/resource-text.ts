/** The type of a URN: after the last `$` of its qualified type. */
export function typeOfUrn(urn: string): string {
  return urn.split("::")[2]?.split("$").at(-1) ?? "";
}

/** The name of a URN; names may hold `::` themselves. */
export function nameOfUrn(urn: string): string {
  return urn.split("::").slice(3).join("::");
}

/** A type token for people: `docker:index/container:Container` is `docker:index:Container`. */
export function shortType(type: string): string {
  const [pkg, module, name, ...more] = type.split(":");
  if (pkg === undefined || module === undefined || name === undefined || more.length > 0) return type;
  const [folder, file] = module.split("/");
  const isRepeated = file !== undefined && file === name.charAt(0).toLowerCase() + name.slice(1);
  return isRepeated ? `${pkg}:${folder}:${name}` : type;
}

/** True for the stack's own resource. */
export function isRootStack(type: string): boolean {
  return type === "pulumi:pulumi:Stack";
}
