import fc from "fast-check";
import { wishes } from "./random-wishes.ts";

const call = fc.constantFrom("create", "update", "delete");
const failure = fc.tuple(call, fc.nat(6)).map(([verb, i]) => `${verb} r${i}`);

/** A run of a random program, in which some calls fail. */
export const run = fc.record({
  wishes,
  failures: fc.array(failure, { maxLength: 3 }),
  continueOnError: fc.boolean(),
});
