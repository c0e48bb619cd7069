import type { Fault } from "./scenario.ts";

/** The faults that are still to come in the operation under way. */
export class FaultPlan {
  private coming: readonly Fault[] = [];
  private full: number | undefined;
  /** True once anything has gone wrong. */
  struck = false;

  begin(faults: readonly Fault[], diskFullAt: number | undefined): void {
    this.coming = faults;
    this.full = diskFullAt;
    this.struck = false;
  }

  peek(verb: string, name: string): Fault["kind"] | undefined {
    return this.coming.find((fault) => fault.call === `${verb} ${name}`)?.kind;
  }

  /** The fault of a call, which does not come again. */
  take(verb: string, name: string): Fault["kind"] | undefined {
    const found = this.coming.find((fault) => fault.call === `${verb} ${name}`);
    if (found === undefined) return undefined;
    this.coming = this.coming.filter((fault) => fault !== found);
    this.struck = true;
    return found.kind;
  }

  /** True for the write that finds the disk full. */
  fillsDisk(): boolean {
    if (this.full === undefined) return false;
    this.full -= 1;
    if (this.full !== 0) return false;
    this.struck = true;
    return true;
  }
}
