import type { Change } from "../change.ts";

/** `danger`: think again; `review`: a person should look. */
export type Level = "danger" | "review";

/** Something that reviewers must not overlook. */
export interface Rule {
  readonly id: string;
  readonly level: Level;
  /** What it looks for, for the documentation. */
  readonly about: string;
  /** What was found, in a few words; undefined where the change is harmless. Pure. */
  find(change: Change): string | undefined;
}
