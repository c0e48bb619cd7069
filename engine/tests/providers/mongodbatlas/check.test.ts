import { describe, expect, it } from "vitest";
import { computed, type PropertyMap, Secret } from "../../../src/protocol/property-value.ts";
import { checkInputs } from "../../../src/providers/mongodbatlas/check.ts";
import type { ResourceSchema } from "../../../src/providers/mongodbatlas/schema.ts";
import { DATABASE_USER, IP_ACCESS_LIST, PROJECT } from "../../../src/providers/mongodbatlas/schema-access.ts";
import { ADVANCED_CLUSTER } from "../../../src/providers/mongodbatlas/schema-clusters.ts";
import { decodeStateId, encodeStateId } from "../../../src/providers/mongodbatlas/state-id.ts";
import type { CheckRequest } from "../../../src/providers/provider.ts";

const check = (schema: ResourceSchema, news: PropertyMap, changed: Partial<CheckRequest> = {}) =>
  checkInputs(schema, {
    urn: "",
    name: "thing",
    type: schema.type,
    olds: {},
    news,
    randomSeed: new Uint8Array(32),
    autonaming: undefined,
    preview: false,
    ...changed,
  });

const reasons = (schema: ResourceSchema, news: PropertyMap) =>
  check(schema, news).failures.map(({ reason }) => reason);

const user = { projectId: "p", username: "u", authDatabaseName: "admin" };
const roles = [{ roleName: "read", databaseName: "db" }];

describe("a check of inputs", () => {
  it("names what is missing, inside lists too", () => {
    expect(reasons(DATABASE_USER, { ...user, roles: [] })).toEqual([
      "Missing required argument. The argument \"roles\" is required, but no definition was found. Examine values at 'thing.roles'.",
    ]);
    expect(reasons(DATABASE_USER, { ...user, roles: [{ roleName: "read" }] })).toEqual([
      "Missing required argument. The argument \"roles[0].databaseName\" is required, but no definition was found. Examine values at 'thing.roles[0].databaseName'.",
    ]);
    expect(
      reasons(ADVANCED_CLUSTER, { name: "c", projectId: computed, clusterType: "REPLICASET" }),
    ).toHaveLength(1);
    expect(
      reasons(ADVANCED_CLUSTER, {
        name: "c",
        projectId: "p",
        clusterType: "X",
        replicationSpecs: [],
        pinnedFcv: {},
      }),
    ).toEqual([expect.stringContaining("pinnedFcv.expirationDate") as string]);
  });

  it("names what does not go together, and values that are not allowed", () => {
    const both = { ...user, roles, password: "p", x509Type: "MANAGED" };
    expect(reasons(DATABASE_USER, both)[0]).toContain(
      'Attribute "x509Type" cannot be specified when "password" is specified',
    );
    expect(reasons(DATABASE_USER, { ...user, roles, awsIamType: "X" })[0]).toContain(
      'value must be one of: ["NONE" "USER" "ROLE"], got: "X"',
    );
    expect(reasons(DATABASE_USER, { ...user, roles, awsIamType: computed })).toEqual([]);
    expect(reasons(IP_ACCESS_LIST, { projectId: "p", cidrBlock: "10.0.0.0/8", ipAddress: "1" })).toHaveLength(
      2,
    );
  });

  it("marks what is secret, by the table and by the program", () => {
    const { inputs } = check(DATABASE_USER, { ...user, username: new Secret("u"), roles, password: "p" });
    expect(inputs["password"]).toEqual(new Secret("p"));
    expect(inputs["username"]).toEqual(new Secret("u"));
  });

  it("makes a name where there is none, keeps it, or takes the engine's", () => {
    const { inputs } = check(PROJECT, { orgId: "o" });
    expect(inputs["name"]).toMatch(/^thing-[0-9a-f]{7}$/);
    expect(check(PROJECT, { orgId: "o" }, { olds: { name: "old" } }).inputs["name"]).toBe("old");
    const proposed = { autonaming: { mode: "propose", name: "chosen" } } as const;
    expect(check(PROJECT, { orgId: "o" }, proposed).inputs["name"]).toBe("chosen");
    expect(() => check(PROJECT, { orgId: "o" }, { autonaming: { mode: "disabled" } })).toThrow(
      /automatic naming is disabled/,
    );
  });

  it.each([
    [
      { orgId: ["o"] },
      'objectEncoder failed on property "org_id": Expected a String, got resource.PropertyValue{V:[{o}]} false',
    ],
    [
      { isDataExplorerEnabled: "maybe" },
      'property "is_data_explorer_enabled": Expected a Bool, got resource.PropertyValue{V:"maybe"} true',
    ],
    [
      { tags: { a: [null] } },
      'property "tags": encMap failed while encoding element a ({[{<nil>}]}): Expected a String',
    ],
    [{ tags: "x" }, 'property "tags": Expected a Object'],
    [{ teams: "x" }, 'property "teams": Expected a Array'],
    [
      { teams: [{ roleNames: [{}] }] },
      'property "role_names": encSet failed while encoding element 0 ({map[]}): Expected a String',
    ],
    [
      { limits: [{ value: true }] },
      'property "value": Expected a Number, got resource.PropertyValue{V:true} false',
    ],
    [{ limits: [1] }, "encSet failed while encoding element 0 ({1}): Expected a Object"],
  ])("refuses values of another type: %j", (news, message) => {
    expect(() => check(PROJECT, news)).toThrow(message);
  });

  it("takes what reads as the right type, and leaves alone what it does not know", () => {
    const news = {
      orgId: 1,
      isDataExplorerEnabled: "true",
      limits: [{ name: "a", value: "3" }, null],
      unknown: [],
      tags: computed,
    };
    expect(check(PROJECT, news).failures).toEqual([]);
  });
});

describe("ids of things with several keys", () => {
  it("lead back to the keys", () => {
    const keys = { project_id: "p", entry: "10.0.0.0/8" };
    expect(decodeStateId(encodeStateId(keys))).toEqual(keys);
    expect(decodeStateId("nonsense")).toBeUndefined();
  });
});
