import { describe, expect, it } from "vitest";
import { UserError } from "../../src/errors.ts";
import { manifestMagic, newManifest, verifyIntegrity } from "../../src/state/integrity.ts";
import { emptySnapshot, type ResourceState, resourceState, type Snapshot } from "../../src/state/resource.ts";

const A = "urn:pulumi:s::p::t:m:R::a";
const B = "urn:pulumi:s::p::t:m:R::b";
const PROVIDER = "urn:pulumi:s::p::pulumi:providers:t::default";

function resource(urn: string, fields: Partial<ResourceState> = {}): ResourceState {
  return resourceState({ urn, type: "t:m:R", custom: true, ...fields });
}
const provider = resource(PROVIDER, { type: "pulumi:providers:t", id: "1" });

function snapshot(...resources: ResourceState[]): Snapshot {
  return { ...emptySnapshot(), resources };
}

describe("verifyIntegrity", () => {
  it("accepts what stands after all it refers to", () => {
    const b = resource(B, {
      parent: A,
      dependencies: [A],
      propertyDependencies: { x: [A] },
      deletedWith: A,
      replaceWith: [A],
      provider: `${PROVIDER}::1`,
    });
    expect(() => verifyIntegrity(snapshot(provider, resource(A), b))).not.toThrow();
    expect(() => verifyIntegrity({ ...snapshot(), manifest: newManifest(new Date(0)) })).not.toThrow();
  });

  it("accepts old copies that wait for their deletion", () => {
    const old = resource(A, { delete: true });
    expect(() => verifyIntegrity(snapshot(resource(A), old, old))).not.toThrow();
    expect(() => verifyIntegrity(snapshot(old, old))).not.toThrow();
  });

  it("accepts a resource waiting for its replacement whose provider is gone", () => {
    const waiting = resource(A, { provider: `${PROVIDER}::gone`, pendingReplacement: true });
    expect(() => verifyIntegrity(snapshot(waiting))).not.toThrow();
  });

  const violations: readonly (readonly [string, Snapshot])[] = [
    [
      "magic cookie mismatch; possible tampering/corruption detected",
      { ...snapshot(), manifest: { time: "", magic: manifestMagic("v1"), version: "v2" } },
    ],
    ["resource at index 1 missing required 'urn' field", snapshot(resource(A), resource(""))],
    [`resource '${A}' missing required 'type' field`, snapshot(resource(A, { type: "" }))],
    [`resource '${A}' has 'custom false but non-empty ID`, snapshot(resource(A, { custom: false, id: "x" }))],
    [
      `failed to parse provider reference for resource ${A}: expected '::' in provider reference 'nope'`,
      snapshot(resource(A, { provider: "nope" })),
    ],
    [
      `resource ${A} refers to unknown provider ${PROVIDER}::2`,
      snapshot(provider, resource(A, { provider: `${PROVIDER}::2` })),
    ],
    [`child resource ${A}'s parent ${B} comes after it`, snapshot(resource(A, { parent: B }), resource(B))],
    [`child resource ${A} refers to missing parent ${B}`, snapshot(resource(A, { parent: B }))],
    [
      `resource ${A}'s dependency ${B} comes after it`,
      snapshot(resource(A, { dependencies: [B] }), resource(B)),
    ],
    [
      `resource ${A}'s dependency ${B} refers to missing resource`,
      snapshot(resource(A, { dependencies: [B] })),
    ],
    [
      `resource ${A}'s property dependency ${B} (from property x) comes after it`,
      snapshot(resource(A, { propertyDependencies: { x: [B] } }), resource(B)),
    ],
    [
      `resource ${A}'s property dependency ${B} (from property x) refers to missing resource`,
      snapshot(resource(A, { propertyDependencies: { x: [B] } })),
    ],
    [
      `resource ${A} is specified as being deleted with ${B}, which comes after it`,
      snapshot(resource(A, { deletedWith: B }), resource(B)),
    ],
    [
      `resource ${A} is specified as being replaced with ${B}, which is missing`,
      snapshot(resource(A, { replaceWith: [B] })),
    ],
    [`duplicate resource ${A} (not marked for deletion)`, snapshot(resource(A), resource(A))],
    [
      "snippet at index 0 missing required 'uuid' field",
      { ...snapshot(), unknownFields: { snippets: [null] } },
    ],
    [
      'duplicate snippet uuid "1" at indexes 0 and 2',
      { ...snapshot(), unknownFields: { snippets: [{ uuid: "1" }, { uuid: "2" }, { uuid: "1" }] } },
    ],
  ];
  it.each(violations)("refuses: %s", (message, broken) => {
    expect(() => verifyIntegrity(broken)).toThrow(new UserError("snapshot-integrity", message));
  });
});
