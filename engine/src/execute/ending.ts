import type { UpdatePlan } from "../plan/update-plan.ts";
import type { PropertyMap } from "../protocol/property-value.ts";

/** How an operation ended. */
export interface Ending {
  readonly result: "succeeded" | "failed" | "canceled";
  readonly outputs: PropertyMap;
  /** What no diagnostic told. */
  readonly untold: readonly string[];
  /** What was found, where an update plan was asked for. */
  readonly plan: UpdatePlan | undefined;
}
