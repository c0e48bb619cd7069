import type { Bootstrap } from "../docker.ts";

/** What a check found. What failed names the one command that mends it. */
export type Finding =
  | { readonly state: "ok"; readonly detail: string }
  | { readonly state: "warning"; readonly detail: string; readonly mend?: string }
  | { readonly state: "failed"; readonly detail: string; readonly mend: string };

export interface DoctorContext extends Bootstrap {
  /** Root of the checkout. */
  readonly root: string;
  /** Version of the Node that runs this, without `v`. */
  readonly nodeVersion: string;
}

/** One thing that a working checkout needs. Changes nothing. */
export interface Check {
  readonly name: string;
  run(context: DoctorContext): Promise<Finding>;
}

export const ok = (detail: string): Finding => ({ state: "ok", detail });
export const warning = (detail: string, mend?: string): Finding => ({
  state: "warning",
  detail,
  ...(mend !== undefined && { mend }),
});
export const failed = (detail: string, mend: string): Finding => ({ state: "failed", detail, mend });

/** The command that brings what `up` would bring by itself. */
export const MEND = "./infra doctor --mend";
