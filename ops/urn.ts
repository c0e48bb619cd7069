/** The last part of a URN: the name that the program gives the resource. */
export function nameOf(urn: string): string {
  return urn.slice(urn.lastIndexOf("::") + 2);
}

/** The type of a URN's resource, without its parents'. */
export function typeOf(urn: string): string {
  return urn.split("::")[2]?.split("$").pop() ?? "";
}

/** True of components, stacks and providers: they work through what is below them. */
export function isGrouping(urn: string): boolean {
  return /^(trials|pulumi):/.test(typeOf(urn));
}
