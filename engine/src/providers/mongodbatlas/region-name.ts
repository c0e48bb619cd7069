import type { PropertyValue } from "../../protocol/property-value.ts";

/** `EU_WEST_1` for each of the ways to spell it. */
function plain(region: string): string {
  return region.toUpperCase().replaceAll("-", "_");
}

/** A region as Atlas has it, spelt as it was known before where that is the same one. */
export function regionLike(live: string, known: PropertyValue | undefined): string {
  return typeof known === "string" && plain(live) === plain(known) ? known : live;
}

/** True for two ways to spell one region. */
export function sameRegion(left: string, right: string): boolean {
  return plain(left) === plain(right);
}
