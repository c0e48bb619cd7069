import { describe, expect, it } from "vitest";
import { deleteResources, markResources, renameResource } from "../../src/state/edit-resources.ts";
import { type ResourceState, resourceState } from "../../src/state/resource.ts";

const urn = (name: string, type = "t:m:R") => `urn:pulumi:s::p::${type}::${name}`;
const resource = (name: string, fields: Partial<ResourceState> = {}) =>
  resourceState({ urn: urn(name), type: "t:m:R", custom: true, ...fields });
const keep = { force: undefined, targetDependents: false, prefersLive: true };
const urns = (resources: readonly ResourceState[]) => resources.map((state) => state.urn);

describe("markResources", () => {
  it("leaves old copies alone, and does not find them", () => {
    const resources = [resource("a"), resource("a", { delete: true }), resource("b", { delete: true })];
    expect(markResources(resources, [urn("a")], { protect: true }).map(({ protect }) => protect)).toEqual([
      true,
      false,
      false,
    ]);
    expect(markResources(resources, "all", { protect: true }).map(({ protect }) => protect)).toEqual([
      true,
      false,
      false,
    ]);
    expect(() => markResources(resources, [urn("b"), urn("c")], { protect: true })).toThrow(
      /Thing|No such resource[\s\S]*No such resource/,
    );
  });
});

describe("deleteResources", () => {
  it("means the live one of several copies", () => {
    const resources = [
      resource("a"),
      resource("a", { delete: true }),
      resource("b", { dependencies: [urn("a")] }),
    ];
    expect(deleteResources(resources, [urn("a")], keep)).toEqual(resources.slice(1));
    const copies = [resource("a", { id: "new" }), resource("a", { id: "old", delete: true })];
    expect(() => deleteResources(copies, [urn("a")], { ...keep, prefersLive: false })).toThrow(
      "Resource URN ambiguously referred to multiple resources. Did you mean:\n  new\n  old\n",
    );
  });

  it("puts the copy that is left before what needs its URN", () => {
    const [live, user, old] = [
      resource("a"),
      resource("b", { dependencies: [urn("a")] }),
      resource("a", { delete: true }),
    ];
    expect(deleteResources([live, user, old], [urn("a")], keep)).toEqual([old, user]);
  });

  it("takes what a provider serves with it where the copy that is left is another provider", () => {
    const type = "pulumi:providers:t";
    const provider = resource("p", { urn: urn("p", type), type, id: "2" });
    const copy = { ...provider, id: "1", delete: true };
    const served = resource("served", { provider: `${provider.urn}::2` });
    const child = resource("child", { parent: served.urn });
    const others = [
      resource("former", { provider: `${provider.urn}::1` }),
      resource("after", { dependencies: [provider.urn] }),
    ];
    const resources = [copy, provider, served, child, ...others];
    expect(() => deleteResources(resources, [provider.urn], keep)).toThrow(/"served"[\s\S]*"child"/);
    const all = { ...keep, targetDependents: true };
    expect(deleteResources(resources, [provider.urn], all)).toEqual([copy, ...others]);
  });

  it("refuses a URN that means several", () => {
    const copy = resource("a", { delete: true });
    expect(() => deleteResources([copy, { ...copy }], [urn("a")], keep)).toThrow("ambiguously referred");
  });

  it("counts children, users of a provider and theirs as dependents", () => {
    const provider = resource("p", {
      urn: urn("p", "pulumi:providers:t"),
      type: "pulumi:providers:t",
      id: "1",
    });
    const user = resource("user", { provider: `${provider.urn}::1` });
    const child = resource("child", { parent: user.urn });
    const resources = [provider, user, child, resource("other")];
    expect(() => deleteResources(resources, [provider.urn], keep)).toThrow(/"user"[\s\S]*"child"/);
    const forced: ResourceState[] = [];
    const left = deleteResources(resources, [provider.urn], {
      ...keep,
      force: (each) => forced.push(each),
      targetDependents: true,
    });
    expect(urns(left)).toEqual([urn("other")]);
    expect(forced).toEqual([]);
  });

  it("does not delete protected dependents, unless forced", () => {
    const resources = [resource("a"), resource("b", { dependencies: [urn("a")], protect: true })];
    const options = { ...keep, targetDependents: true };
    expect(() => deleteResources(resources, [urn("a")], options)).toThrow(
      `${urn("b")} can't be safely deleted`,
    );
    const forced: ResourceState[] = [];
    const force = (each: ResourceState) => forced.push(each);
    expect(deleteResources(resources, [urn("a")], { ...options, force })).toEqual([]);
    expect(forced).toEqual([resources[1]]);
  });

  it("says that something is protected before what depends on it", () => {
    const resources = [resource("a", { protect: true }), resource("b", { dependencies: [urn("a")] })];
    expect(() => deleteResources(resources, [urn("a")], keep)).toThrow("because it is protected");
    const forced: ResourceState[] = [];
    const force = (each: ResourceState) => forced.push(each);
    expect(() => deleteResources(resources, [urn("a")], { ...keep, force })).toThrow("depend on it");
    expect(forced).toEqual([resources[0]]);
  });

  it("deletes together what depends on each other, also twice named", () => {
    const resources = [resource("a"), resource("b", { dependencies: [urn("a")] })];
    const options = { ...keep, targetDependents: true };
    expect(deleteResources(resources, [urn("a"), urn("b")], keep)).toEqual([]);
    expect(deleteResources(resources, [urn("a"), urn("a")], options)).toEqual([]);
  });
});

describe("renameResource", () => {
  it("follows everything that refers to the resource, and gives children their URNs", () => {
    const parent = resource("a", { urn: urn("a", "c:d:E"), type: "c:d:E" });
    const child = resource("child", { urn: urn("child", "c:d:E$t:m:R"), parent: parent.urn });
    const user = resource("user", {
      dependencies: [parent.urn, child.urn],
      propertyDependencies: { x: [parent.urn] },
      deletedWith: parent.urn,
      replaceWith: [parent.urn],
      viewOf: parent.urn,
    });
    const [renamed, sameChild, sameUser] = renameResource([parent, child, user], parent.urn, "b");
    const present = urn("b", "c:d:E");
    expect(renamed?.urn).toBe(present);
    expect(sameChild).toMatchObject({ urn: child.urn, parent: present });
    expect(sameUser).toMatchObject({
      dependencies: [present, child.urn],
      propertyDependencies: { x: [present] },
      deletedWith: present,
      replaceWith: [present],
      viewOf: present,
    });
  });

  it("drops properties that depend on nothing from all but the resource itself", () => {
    const propertyDependencies = { x: [urn("a")], y: [] };
    const resources = [
      resource("a", { propertyDependencies: { z: [] } }),
      resource("b", { propertyDependencies }),
    ];
    expect(renameResource(resources, urn("a"), "c").map((each) => each.propertyDependencies)).toEqual([
      { z: [] },
      { x: [urn("c")] },
    ]);
  });

  it("names the child that cannot follow", () => {
    const parent = resource("a", { urn: urn("a", "c:d:E"), type: "c:d:E" });
    const child = resource("child", { parent: parent.urn });
    const taken = resource("child", { urn: urn("child", "c:d:E$t:m:R") });
    expect(() => renameResource([parent, child, taken], parent.urn, "b")).toThrow(
      `failed to update ${child.urn} with new parent ${urn("b", "c:d:E")}: The chosen new urn`,
    );
  });

  it("follows the references to a provider", () => {
    const provider = resource("p", {
      urn: urn("p", "pulumi:providers:t"),
      type: "pulumi:providers:t",
      id: "1",
    });
    const user = resource("user", { provider: `${provider.urn}::1` });
    const [, renamed] = renameResource([provider, user], provider.urn, "q");
    expect(renamed?.provider).toBe(`${urn("q", "pulumi:providers:t")}::1`);
  });

  it("mends the URN of a child that did not match its parent's", () => {
    const parent = resource("a", { urn: urn("a", "c:d:E"), type: "c:d:E" });
    const child = resource("child", { parent: parent.urn });
    const odd = resource("odd", { urn: "odd", parent: parent.urn });
    const renamed = renameResource([parent, child, odd], parent.urn, "b");
    expect(urns(renamed)).toEqual([urn("b", "c:d:E"), urn("child", "c:d:E$t:m:R"), "odd"]);
  });

  it("changes nothing where the name stays, and refuses what cannot be", () => {
    const resources = [resource("a"), resource("b"), resource("c"), resource("c", { delete: true })];
    expect(renameResource(resources, urn("a"), "a")).toBe(resources);
    expect(() => renameResource(resources, "odd", "x")).toThrow("The provided input URN is not valid");
    expect(() => renameResource(resources, urn("x"), "y")).toThrow("No such resource");
    expect(() => renameResource(resources, urn("c"), "d")).toThrow("ambiguously refers");
    expect(() => renameResource(resources, urn("a"), "b")).toThrow(
      "corresponds to an already existing resource",
    );
  });
});
