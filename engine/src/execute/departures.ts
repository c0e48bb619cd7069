import type { Step } from "../plan/step.ts";

interface Departure {
  readonly gone: Promise<boolean>;
  readonly settle: (gone: boolean) => void;
}

/**
 * Objects that are deleted before they are made again. Both need not be steps of one chain: what no longer depends on
 * a resource that is replaced registers by itself, while that one's chain is still about to delete its old object.
 */
export class Departures {
  /** By the URN that the old object is recorded with: a refresh in between leaves another record of it. */
  private readonly departures = new Map<string, Departure>();

  /**
   * These steps are to be carried out. Settles when what they make again, and others delete, is gone; false where one
   * of the old objects stays.
   */
  async begin(steps: readonly Step[]): Promise<boolean> {
    const remade = steps.flatMap((step) => (step.op === "create-replacement" ? [step.old.state.urn] : []));
    // Looked up before the steps' own deletes are among them.
    const awaited = remade.map((urn) => this.departures.get(urn)?.gone ?? true);
    for (const urn of steps.flatMap(leaving)) {
      const { promise: gone, resolve: settle } = Promise.withResolvers<boolean>();
      this.departures.set(urn, { gone, settle });
    }
    return (await Promise.all(awaited)).every((gone) => gone);
  }

  /** A step has succeeded. */
  done(step: Step): void {
    this.settle([step], true);
  }

  /** None of these steps will be carried out any more: what they have not deleted stays. */
  close(steps: readonly Step[]): void {
    this.settle(steps, false);
  }

  private settle(steps: readonly Step[], gone: boolean): void {
    for (const urn of steps.flatMap(leaving)) this.departures.get(urn)?.settle(gone);
  }
}

function leaving(step: Step): readonly string[] {
  const isDelete = step.op === "delete-replaced" || step.op === "discard-replaced";
  return isDelete && step.afterwards === "await-replacement" ? [step.old.state.urn] : [];
}
