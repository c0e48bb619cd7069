import type { PropertyMap } from "../protocol/property-value.ts";

/** An object as its platform has it. `values` holds the attributes that the platform tells; null ones are left out. */
export interface LiveObject {
  readonly id: string;
  readonly values: PropertyMap;
}

/** The object exists but did not become what was asked for; it is recorded, and the next update goes on. */
export class UnfinishedObject extends Error {
  override name = "UnfinishedObject";
  readonly object: LiveObject;
  constructor(message: string, object: LiveObject) {
    super(message);
    this.object = object;
  }
}
