import { describe, expect, it } from "vitest";
import { ChangeLog } from "../../src/execute/change-log.ts";
import { resourceState } from "../../src/state/resource.ts";

const tracked = (name: string) => ({
  state: resourceState({ urn: `urn:pulumi:s::p::t:m:R::${name}`, type: "t:m:R", custom: true }),
});

describe("the changes of a run whose journal was folded in the middle", () => {
  it("do not bring back what was dropped before, where a refresh leaves another list", () => {
    const [kept, dropped] = [tracked("kept"), tracked("dropped")];
    const log = new ChangeLog([kept], [dropped, kept]);
    log.resume(0, new Map());
    log.take([dropped, kept]);
    const changes = log.take([dropped, kept].slice());
    expect(changes.flatMap(({ untouched = [] }) => untouched)).toEqual([0]);
  });
});
