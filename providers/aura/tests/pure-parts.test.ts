import { describe, expect, it } from "vitest";
import { toAuraError } from "../src/api/aura-error.ts";
import type { LiveInstance } from "../src/api/aura-objects.ts";
import { limitOf, pause, requireTime } from "../src/api/deadline.ts";
import { checkConfiguration, readConfiguration } from "../src/configuration.ts";
import { diffInstance } from "../src/instance/diff.ts";
import { defaultsOf, problemsOf } from "../src/instance/inputs.ts";
import { isTwin, toLiveInputs, toOrder } from "../src/instance/live.ts";
import { nextAction, type Wanted } from "../src/instance/next-action.ts";
import { checkOffers } from "../src/instance/preflight.ts";
import { toServiceError } from "../src/protocol/failures.ts";
import { closeSecrets, openSecrets, UNKNOWN } from "../src/protocol/property-values.ts";
import { toFailure } from "../src/session.ts";

const LIVE: LiveInstance = {
  id: "0a1b2c3d",
  name: "graph",
  status: "running",
  tenant_id: "t",
  type: "professional-db",
  cloud_provider: "gcp",
  region: "europe-west1",
  memory: "2GB",
  storage: "4GB",
  connection_url: "neo4j+s://0a1b2c3d.databases.neo4j.io",
  created_at: undefined,
  metrics_integration_url: undefined,
  secondaries_count: undefined,
  cdc_enrichment_mode: undefined,
  vector_optimized: undefined,
  graph_analytics_plugin: undefined,
  customer_managed_key_id: undefined,
};

const INPUTS = {
  name: "graph",
  tenantId: "t",
  type: "professional-db",
  cloudProvider: "gcp",
  region: "europe-west1",
  memory: "2GB",
  version: "5",
  desiredState: "running",
  snapshotBeforeChange: true,
} as const;

const SIGNATURE = "4dabf18193072939515e22adb298388d";
const secret = (value: unknown) => ({ [SIGNATURE]: "1b47061264138c4ac30d75fd1eb44270", value });

describe("nextAction", () => {
  const wanted: Wanted = { name: "graph", memory: "2GB", desiredState: "running" };
  it.each([
    ["nothing where all is as wanted", {}, {}, undefined],
    ["wait while Aura changes it", { status: "updating" }, { memory: "4GB" }, { kind: "wait" }],
    [
      "name and memory together",
      {},
      { name: "new", memory: "4GB" },
      { kind: "patch", changes: { name: "new", memory: "4GB" } },
    ],
    [
      "memory before read replicas",
      {},
      { memory: "4GB", secondariesCount: 1 },
      { kind: "patch", changes: { memory: "4GB" } },
    ],
    [
      "read replicas before change data capture",
      {},
      { secondariesCount: 1, cdcEnrichmentMode: "FULL" },
      { kind: "patch", changes: { secondaries_count: 1 } },
    ],
    [
      "change data capture alone",
      {},
      { cdcEnrichmentMode: "FULL" },
      { kind: "patch", changes: { cdc_enrichment_mode: "FULL" } },
    ],
    [
      "nothing for what Aura leaves out and nobody wants",
      {},
      { secondariesCount: 0, cdcEnrichmentMode: "OFF" },
      undefined,
    ],
    [
      "resume before a change of a paused one",
      { status: "paused" },
      { memory: "4GB", desiredState: "paused" },
      { kind: "resume" },
    ],
    ["resume a paused one", { status: "paused" }, {}, { kind: "resume" }],
    ["leave a paused one that is to be", { status: "paused" }, { desiredState: "paused" }, undefined],
    ["pause after the changes", {}, { desiredState: "paused" }, { kind: "pause" }],
  ] as const)("is %s", (_what, live, more, action) => {
    expect(nextAction({ ...LIVE, ...live }, { ...wanted, ...more })).toEqual(action);
  });

  it.each(["loading failed", "suspended"])("cannot go on from %s", (status) => {
    expect(nextAction({ ...LIVE, status }, wanted)).toMatchObject({ kind: "blocked" });
  });
});

describe("defaultsOf", () => {
  const of = (urn: string, news = {}) => defaultsOf(news, { urn, tenantId: undefined });

  it("names an instance after project, stack and resource", () => {
    expect(of("urn:pulumi:dev::trials::a$aura:index:Instance::graph")["name"]).toBe("trials-dev-graph");
    expect(of("urn:pulumi:dev::trials::aura:index:Instance::a::b")["name"]).toBe("trials-dev-a::b");
  });

  it("cuts a long name, and keeps it apart from others that begin alike", () => {
    const [one, other] = ["one", "two"].map(
      (end) => of(`urn:pulumi:dev::trials::t::a-very-long-resource-name-${end}`)["name"],
    );
    expect(String(one)).toMatch(/^trials-dev-a-very-long-[0-9a-f]{7}$/);
    expect(String(one)).toHaveLength(30);
    expect(one).not.toBe(other);
  });

  it("leaves alone what is set", () => {
    expect(of("urn:pulumi:dev::p::t::n", { name: "x", version: "6", desiredState: "paused" })).toEqual({
      snapshotBeforeChange: true,
    });
  });
});

describe("problemsOf", () => {
  it("finds none in good inputs, nor in what is not known yet", () => {
    expect(problemsOf(INPUTS)).toEqual([]);
    expect(
      problemsOf({ ...INPUTS, memory: UNKNOWN, type: UNKNOWN, restoreFrom: { snapshotId: UNKNOWN } }),
    ).toEqual([]);
    expect(problemsOf({ ...INPUTS, type: "business-critical", cdcEnrichmentMode: "FULL" })).toEqual([]);
  });

  it.each([
    [{ cdcEnrichmentMode: "FULL" }, "cdcEnrichmentMode", "is for business-critical and enterprise-db only"],
    [
      { type: "enterprise-db", graphAnalyticsPlugin: true },
      "graphAnalyticsPlugin",
      "is for professional-db only",
    ],
    [{ vectorOptimized: true }, "vectorOptimized", "needs 4GB of memory"],
    [{ name: "x".repeat(31) }, "name", "is longer than 30 characters"],
    [{ cdcEnrichmentMode: "SOME", type: "enterprise-db" }, "cdcEnrichmentMode", "is one of OFF, DIFF, FULL"],
    [{ cloudProvider: "ibm" }, "cloudProvider", "is one of gcp, aws, azure"],
    [
      { restoreFrom: { snapshot: "x", snapshotId: "y" } },
      "restoreFrom.snapshot",
      "is not a property of an instance",
    ],
    [{ region: undefined }, "region", "is missing"],
  ])("says what is wrong with %j", (more, property, reason) => {
    expect(problemsOf({ ...INPUTS, ...more })).toContainEqual({ property, reason });
  });
});

describe("diffInstance", () => {
  it("compares with what is recorded, and counts what is not known as a change", () => {
    const states = { olds: { ...INPUTS, storage: "4GB" }, oldInputs: INPUTS };
    expect([...diffInstance({ ...states, news: INPUTS })]).toEqual([]);
    expect([
      ...diffInstance({ ...states, news: { ...INPUTS, memory: UNKNOWN, secondariesCount: 1 } }),
    ]).toEqual([
      ["memory", { kind: "update", replaces: false }],
      ["secondariesCount", { kind: "add", replaces: false }],
    ]);
  });
});

describe("live instances", () => {
  it("are twins of inputs that differ in nothing that cannot be changed", () => {
    expect(isTwin(LIVE, INPUTS)).toBe(true);
    expect(isTwin(LIVE, { ...INPUTS, memory: "8GB", vectorOptimized: true })).toBe(true);
    expect(isTwin(LIVE, { ...INPUTS, region: "us-central1" })).toBe(false);
  });

  it("give an import the inputs that are worth naming", () => {
    const live = { ...LIVE, secondaries_count: 0, cdc_enrichment_mode: "FULL", vector_optimized: false };
    expect(toLiveInputs(live, {})).toEqual({ ...INPUTS, cdcEnrichmentMode: "FULL" });
  });

  it("are ordered with their source", () => {
    const restoreFrom = { snapshotId: "s", instanceId: "i" };
    expect(toOrder({ ...INPUTS, restoreFrom })).toEqual({
      version: "5",
      name: "graph",
      tenant_id: "t",
      type: "professional-db",
      cloud_provider: "gcp",
      region: "europe-west1",
      memory: "2GB",
      source_instance_id: "i",
      source_snapshot_id: "s",
    });
  });
});

describe("checkOffers", () => {
  const offer = {
    type: "free-db",
    cloud_provider: "gcp",
    region: "europe-west1",
    memory: "1GB",
    storage: "2GB",
    version: "5",
  };
  it("names the first property that is not offered, and what is", () => {
    const wanted = { type: "free-db", version: "5", cloudProvider: "gcp", region: "us-east1", memory: "1GB" };
    expect(checkOffers(wanted, [offer])).toEqual([
      {
        property: "region",
        reason: "the tenant is not offered us-east1 with free-db, 5, gcp; offered: europe-west1",
      },
    ]);
    expect(checkOffers({ type: "huge-db" }, [])).toEqual([
      { property: "type", reason: "the tenant is not offered huge-db; offered: nothing" },
    ]);
    expect(checkOffers({ ...wanted, region: UNKNOWN }, [offer])).toEqual([]);
  });
});

describe("configuration", () => {
  it("comes from what is set before the environment, and has defaults", () => {
    expect(readConfiguration({}, {})).toEqual({
      credentials: undefined,
      tenantId: undefined,
      baseUrl: "https://api.neo4j.io",
      poll: 5000,
      settle: 60_000,
    });
    const environment = {
      AURA_CLIENT_ID: "env",
      AURA_CLIENT_SECRET: "s",
      AURA_BASE_URL: "http://localhost:1/",
    };
    expect(
      readConfiguration({ clientId: "set", settleSeconds: "0", tenantId: "" }, environment),
    ).toMatchObject({
      credentials: { clientId: "set", clientSecret: "s" },
      baseUrl: "http://localhost:1",
      settle: 0,
    });
  });

  it("that cannot be used is named with its setting and its variable", () => {
    expect(() => readConfiguration({}, { AURA_BASE_URL: "api" })).toThrow(
      "the aura provider's baseUrl (aura:baseUrl or AURA_BASE_URL) is not a URL",
    );
    expect(
      checkConfiguration({ baseUrl: "ftp://x", pollSeconds: "soon", colour: "red", clientId: UNKNOWN }),
    ).toEqual([
      { property: "colour", reason: expect.stringContaining("is not a setting") },
      { property: "baseUrl", reason: "is not a URL" },
      { property: "pollSeconds", reason: "is not a number of seconds" },
    ]);
  });
});

describe("errors", () => {
  it("of the API say what, with which marks, and what to do", () => {
    const text = JSON.stringify({ errors: [{ message: "No billing.", reason: "missing-billing-details" }] });
    expect(toAuraError(400, text, "r-1").message).toBe(
      "No billing (400, missing-billing-details, request r-1). Add billing details to the tenant in the Aura console.",
    );
    expect(toAuraError(403, '{"error": "Forbidden"}', undefined).message).toMatch(
      /^Forbidden \(403\)\. Give the API key/,
    );
    expect(toAuraError(502, "<html>", undefined).message).toMatch(
      /^Aura answered with status 502 \(502\)\. Aura has a fault/,
    );
    expect(toAuraError(418, "[]", undefined).help).toContain("Aura has a fault");
    expect(toAuraError(404, "null", undefined).isGone).toBe(true);
  });

  it("that nobody expected keep their message, and count as doubtful", () => {
    const failure = toFailure("read", new Error("odd"));
    expect(failure).toMatchObject({ message: "cannot read: odd", effect: "doubtful" });
    expect(toServiceError("text", (outputs) => outputs)).toMatchObject({ code: 2, details: "text" });
    expect(toServiceError(failure, (outputs) => outputs)).toMatchObject({ code: 2 });
  });
});

describe("deadlines", () => {
  const never = new AbortController().signal;
  it("end what waits, by time and by interruption", async () => {
    await expect(pause(1000, limitOf(1, never))).rejects.toThrow("out of time");
    await expect(pause(1000, limitOf(5000, AbortSignal.timeout(1)))).rejects.toThrow("interrupted");
    expect(() => requireTime(limitOf(-1, never))).toThrow("out of time");
    expect(() => requireTime(limitOf(1000, AbortSignal.abort()))).toThrow("interrupted");
  });
});

describe("secrets on the wire", () => {
  it("are opened at any depth, and closed where they came from", () => {
    const wire = { a: secret("x"), b: { c: [secret("y")] }, d: 1 };
    expect(openSecrets(wire)).toEqual({ a: "x", b: { c: ["y"] }, d: 1 });
    expect(closeSecrets({ a: "x", b: { c: ["z"] }, d: 1, e: undefined, f: 2 }, wire, ["f"])).toEqual({
      a: secret("x"),
      b: secret({ c: ["z"] }),
      d: 1,
      f: secret(2),
    });
    expect(closeSecrets({ a: secret("x") }, wire, [])).toEqual({ a: secret("x") });
  });
});
