import { basename } from "node:path";
import { cached } from "../src/cached.ts";

/** The name of a file without what differs from run to run. */
export const kindOf = cached((path: string) => basename(path).replaceAll(/[0-9a-f-]{8,}/g, "*"));
