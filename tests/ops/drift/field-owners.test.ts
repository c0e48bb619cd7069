import { describe, expect, it } from "vitest";
import { lastManagerOf, traceOf } from "../../../ops/drift/platforms/kubernetes/field-owners.ts";
import { changedBy } from "./managed-fields.ts";

describe("who owns a field", () => {
  const owner = (fieldsV1: object, property: string, sides: { recorded?: unknown; live?: unknown } = {}) =>
    lastManagerOf([changedBy("somebody", fieldsV1)], { property, recorded: sides.recorded, live: sides.live })
      ?.manager;

  it.each([
    ["a map key with dots", { "f:metadata": { "f:labels": { "f:a.b/c": {} } } }, 'metadata.labels["a.b/c"]'],
    ["all that is below", { "f:spec": { "f:selector": {} } }, "spec.selector.matchLabels.app"],
    ["something that is inside", { "f:spec": { "f:template": { "f:spec": {} } } }, "spec"],
    ["a secret's text", { "f:data": { "f:TOKEN": {} } }, "stringData.TOKEN"],
    ["a list as a whole", { "f:spec": { "f:rules": {} } }, "spec.rules[4].weight"],
    ["an item at a position", { "f:spec": { "f:args": { "i:1": {} } } }, "spec.args[1]", ["a", "b"]],
    ["an item of a set", { "f:spec": { "f:args": { 'v:"b"': {} } } }, "spec.args[1]", ["a", "b"]],
    [
      "a port whose protocol the program leaves to the server",
      { "f:spec": { "f:args": { 'k:{"containerPort":80,"protocol":"TCP"}': { ".": {} } } } },
      "spec.args[0]",
      [{ containerPort: 80 }],
    ],
  ] as const)("is whoever owns %s", (_case, fields, property, args: readonly unknown[] = []) => {
    expect(owner(fields, property, { recorded: { spec: { args } } })).toBe("somebody");
  });

  it.each([
    ["another field", { "f:spec": { "f:replicas": {} } }, "spec.paused"],
    ["no field at all", {}, "spec.paused"],
    [
      "the item alone",
      { "f:spec": { "f:args": { 'k:{"name":"x"}': { ".": {} } } } },
      "spec.args[0].image",
      [{ name: "x" }],
    ],
    ["another item", { "f:spec": { "f:args": { 'k:{"name":"x"}': {} } } }, "spec.args[0]", [{ name: "y" }]],
    [
      "an item by keys that this one lacks",
      { "f:spec": { "f:args": { 'k:{"name":"x"}': {} } } },
      "spec.args[0]",
      [{ a: 1 }],
    ],
    [
      "an item by keys, where there are texts",
      { "f:spec": { "f:args": { 'k:{"name":"x"}': {} } } },
      "spec.args[0]",
      ["x"],
    ],
    ["another position", { "f:spec": { "f:args": { "i:1": {} } } }, "spec.args[0]", ["a"]],
    ["another value", { "f:spec": { "f:args": { 'v:"b"': {} } } }, "spec.args[0]", ["a"]],
    ["a field where there is a list", { "f:spec": { "f:args": { "f:b": {} } } }, "spec.args[0]", ["a"]],
  ] as const)("is not who owns %s", (_case, fields, property, args: readonly unknown[] = []) => {
    expect(owner(fields, property, { recorded: { spec: { args } } })).toBeUndefined();
  });

  it("is the last of several, but no controller that reports a status", () => {
    const fields = { "f:spec": { "f:replicas": {} } };
    const managers = [
      changedBy("later", fields, { time: "2026-11-22T00:00:00Z" }),
      changedBy("timeless", fields, { time: undefined }),
      changedBy("earlier", fields),
      changedBy("controller", fields, { subresource: "status", time: "2026-11-23T00:00:00Z" }),
    ];
    const property = { property: "spec.replicas", recorded: {}, live: {} };
    expect(lastManagerOf(managers, property)?.manager).toBe("later");
    expect(lastManagerOf([changedBy("broken", fields, { fieldsV1: undefined })], property)).toBeUndefined();
  });

  it("is told in the words of what was done", () => {
    const what = (manager: string, more: object = {}) => traceOf(changedBy(manager, {}, more)).what;
    expect(what("kubectl-client-side-apply")).toBe("kubectl apply");
    expect(what("kubectl-rollout")).toBe("kubectl rollout");
    expect(what("argocd-controller", { operation: "Apply" })).toBe("server-side apply");
    expect(what("kubectl", { subresource: "scale" })).toBe("update of scale");
    expect(traceOf({})).toEqual({ what: "update", who: null, when: null });
  });
});
