import { describe, expect, it } from "vitest";
import { renameDeployment, renameUrn } from "../../src/state/rename-stack.ts";

const from = { organization: "organization", project: "p", stack: "dev" };
const to = { organization: "organization", project: "q", stack: "prod" };
const SIG = "4dabf18193072939515e22adb298388d";

describe("renameUrn", () => {
  it("changes stack and project, and the name of the root", () => {
    expect(renameUrn("urn:pulumi:dev::p::a:b:C$t:m:R::n::m", from, to)).toBe(
      "urn:pulumi:prod::q::a:b:C$t:m:R::n::m",
    );
    expect(renameUrn("urn:pulumi:dev::p::pulumi:pulumi:Stack::p-dev", from, to)).toBe(
      "urn:pulumi:prod::q::pulumi:pulumi:Stack::q-prod",
    );
  });

  it("leaves the URNs of other stacks and what is no URN", () => {
    for (const urn of ["urn:pulumi:other::p::t:m:R::a", "urn:pulumi:dev::other::t:m:R::a", "nothing", ""]) {
      expect(renameUrn(urn, from, to)).toBe(urn);
    }
  });
});

describe("renameDeployment", () => {
  it("follows every reference outside secrets", () => {
    const a = (stack: string, project: string) => `urn:pulumi:${stack}::${project}::t:m:R::a`;
    const state = (stack: string, project: string) => {
      const urn = a(stack, project);
      const resource = {
        urn,
        custom: true,
        provider: `${urn}::id`,
        viewOf: urn,
        aliases: [urn, 1],
        replaceWith: "odd",
        propertyDependencies: { x: [urn] },
        inputs: { list: [{ [SIG]: "5cf8f73096256a8f31e491e813e4eb8e", urn, id: "1" }], urn: "kept" },
        outputs: { [SIG]: "1b47061264138c4ac30d75fd1eb44270", ciphertext: a("dev", "p") },
      };
      return {
        manifest: {},
        resources: [resource, { provider: "odd", propertyDependencies: null }, null],
        pending_operations: [{ resource, type: "creating" }, { type: "odd" }],
      };
    };
    expect(renameDeployment(state("dev", "p"), from, to)).toEqual(state("prod", "q"));
    expect(renameDeployment({ manifest: {} }, from, to)).toEqual({ manifest: {} });
  });
});
