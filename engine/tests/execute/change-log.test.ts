import { describe, expect, it } from "vitest";
import { ChangeLog } from "../../src/execute/change-log.ts";
import { resourceState } from "../../src/state/resource.ts";

const tracked = (name: string) => ({
  state: resourceState({ urn: `urn:pulumi:s::p::t:m:R::${name}`, type: "t:m:R", custom: true }),
});

describe("the changes of a run", () => {
  it("say in one record what is under way with which content: behind damage both are needed", () => {
    const nothing: readonly [] = [];
    const log = new ChangeLog(nothing);
    const made = tracked("made");
    log.begin(made, "creating");
    const contents = new Map([[0, made.state]]);
    const begun = [{ place: 0, type: "creating" }];
    expect(log.take(nothing)).toEqual([{ contents, finished: [], dropped: [], begun }]);
  });
});

describe("the changes of a run whose journal was folded in the middle", () => {
  it("do not bring back what was dropped before, where a refresh leaves another list", () => {
    const [kept, dropped] = [tracked("kept"), tracked("dropped")];
    const log = new ChangeLog([kept], [dropped, kept]);
    log.resume(0, { pending: new Map(), inherited: [] });
    log.take([dropped, kept]);
    const changes = log.take([dropped, kept].slice());
    expect(changes.flatMap(({ untouched = [] }) => untouched)).toEqual([0]);
  });
});
