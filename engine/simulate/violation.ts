/** The invariants, by the names that reports give them. */
export type Invariant =
  | "integrity"
  | "lost-resource"
  | "double-create"
  | "forbidden-delete"
  | "preview-acts"
  | "preview-predicts"
  | "secret-in-clear"
  | "events"
  | "history"
  | "convergence"
  | "stuck"
  | "engine-error";

/** Something that must never happen, happened. */
export class Violation extends Error {
  override name = "Violation";
  readonly invariant: Invariant;
  constructor(invariant: Invariant, message: string) {
    super(message);
    this.invariant = invariant;
  }
}

export function demand(condition: boolean, invariant: Invariant, message: () => string): asserts condition {
  if (!condition) throw new Violation(invariant, message());
}
