import { describe, expect, it } from "vitest";
import type { Alias } from "../../src/execute/goal.ts";
import { aliasUrns } from "../../src/plan/aliases.ts";

const root = "urn:pulumi:dev::proj::pulumi:pulumi:Stack::proj-dev";
const group = "urn:pulumi:dev::proj::c:c:Group::app";
const subject = { stack: "dev", project: "proj", name: "app-db", type: "t:t:Db", parent: group };
const none = (): undefined => undefined;

function spec(fields: Partial<Extract<Alias, { kind: "spec" }>>): Alias {
  const empty = { name: undefined, type: undefined, stack: undefined, project: undefined, parent: undefined };
  return { kind: "spec", ...empty, ...fields };
}

describe("aliases", () => {
  it.each([
    [spec({ name: "old" }), "urn:pulumi:dev::proj::c:c:Group$t:t:Db::old"],
    [spec({ type: "t:t:Old" }), "urn:pulumi:dev::proj::c:c:Group$t:t:Old::app-db"],
    [spec({ stack: "other", project: "was" }), "urn:pulumi:other::was::c:c:Group$t:t:Db::app-db"],
    [spec({ parent: "none" }), "urn:pulumi:dev::proj::t:t:Db::app-db"],
    [spec({ parent: { urn: root } }), "urn:pulumi:dev::proj::t:t:Db::app-db"],
    [spec({ parent: { urn: "" } }), "urn:pulumi:dev::proj::c:c:Group$t:t:Db::app-db"],
    [{ kind: "urn", urn: "urn:pulumi:dev::proj::x:y:Z::z" } as Alias, "urn:pulumi:dev::proj::x:y:Z::z"],
  ])("fill in what %j leaves open", (alias, urn) => {
    expect(aliasUrns({ ...subject, aliases: [alias] }, none)).toEqual([urn]);
  });

  it("leave the root stack out of the URN", () => {
    expect(aliasUrns({ ...subject, parent: root, aliases: [spec({ name: "old" })] }, none)).toEqual([
      "urn:pulumi:dev::proj::t:t:Db::old",
    ]);
  });

  it("use the old URN of a parent that was found by alias itself", () => {
    const old = "urn:pulumi:dev::proj::c:c:Group::was";
    const found = aliasUrns(
      { ...subject, parent: root, aliases: [spec({ parent: { urn: group } })] },
      (urn) => (urn === group ? old : undefined),
    );
    expect(found).toEqual(["urn:pulumi:dev::proj::c:c:Group$t:t:Db::app-db"]);
  });

  it("are inherited from the parent, with its old name as prefix of the child's", () => {
    const old = "urn:pulumi:dev::proj::c:c:Old::was";
    const found = aliasUrns(
      { ...subject, aliases: [spec({ name: "other" }), spec({ name: "other" })] },
      () => old,
    );
    expect(found).toEqual([
      "urn:pulumi:dev::proj::c:c:Group$t:t:Db::other",
      "urn:pulumi:dev::proj::c:c:Old$t:t:Db::was-db",
      "urn:pulumi:dev::proj::c:c:Old$t:t:Db::other",
    ]);
  });

  it("are none where nothing was said and the parent was not renamed", () => {
    expect(aliasUrns({ ...subject, parent: "", aliases: [] }, none)).toEqual([]);
  });
});
