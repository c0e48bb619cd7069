import { basename } from "node:path";

/** The name of a file without what differs from run to run. */
export function kindOf(path: string): string {
  return basename(path).replaceAll(/[0-9a-f-]{8,}/g, "*");
}
