import { describe, expect, it } from "vitest";
import { driftReportSchema } from "../../../contracts/drift.ts";
import { groupByCause } from "../../../ops/drift/causes.ts";
import { sightingsOf, valueAt } from "../../../ops/drift/engine-reading.ts";
import { ownerOf } from "../../../ops/drift/owners.ts";
import type { LiveReader, Sighting, Trace } from "../../../ops/drift/platforms/live-reader.ts";
import type { ManagedResource } from "../../../ops/drift/recorded.ts";
import { renderHtml } from "../../../ops/drift/report/html.ts";
import { renderMarkdown } from "../../../ops/drift/report/markdown.ts";
import { renderText } from "../../../ops/drift/report/text.ts";
import { lastChange, toReport } from "../../../ops/drift/review.ts";
import { judge } from "../../../ops/drift/severity.ts";

const CONTAINER = "docker:index/container:Container";
const unknown: Trace = { what: "docker update", who: null, when: null };

const resource = (name: string, more: Partial<ManagedResource> = {}): ManagedResource => ({
  urn: `urn:pulumi:dev::trials::${CONTAINER}::${name}`,
  name,
  type: CONTAINER,
  id: `id-${name}`,
  component: name,
  inputs: {},
  outputs: {},
  secrets: new Set(),
  provider: {},
  created: undefined,
  ...more,
});

const sighting = (of: ManagedResource, property: string, more: Partial<Sighting> = {}): Sighting => ({
  kind: "changed",
  resource: of.urn,
  property,
  recorded: "1",
  live: "2",
  trace: unknown,
  ...more,
});

const reader: LiveReader = {
  name: "Test",
  isPlatformsOwn: (_type, property) => property === "bridge",
  reads: ({ type }) => type === CONTAINER,
  read: () => Promise.reject(new Error("not asked")),
};

const gateway = resource("gateway", { secrets: new Set(["envs"]) });
const cache = resource("cache");

const reportOf = (
  sightings: readonly Sighting[],
  more: Partial<Parameters<typeof toReport>[0]> = {},
  unmanaged: Parameters<typeof toReport>[0]["readings"][number]["reading"]["unmanaged"] = [],
) =>
  driftReportSchema.parse(
    toReport({
      stack: { project: "trials", stack: "dev" },
      now: new Date("2026-11-26T03:00:00Z"),
      file: { owners: {}, ignored: [] },
      resources: [gateway, cache],
      engine: [],
      readings: [{ reader, reading: { sightings, unmanaged, traces: new Map(), compared: new Map() } }],
      ...more,
    }),
  );

describe("the report", () => {
  it("has no finding where nothing differs", () => {
    const report = reportOf([]);
    expect(report.findings).toEqual([]);
    expect(renderText(report)).toBe("dev: no drift (2 resources)");
    expect(renderMarkdown(report)).toContain("What runs is what was deployed.");
  });

  it("has one row for what the engine and the platform both see", () => {
    const engine = [
      { urn: gateway.urn, kind: "changed", property: "memory", recorded: "1", live: "2" },
      { urn: gateway.urn, kind: "changed", property: "bridge", recorded: "a", live: "b" },
      { urn: "urn:gone", kind: "changed", property: "x", recorded: "a", live: "b" },
    ] as const;
    const { findings } = reportOf([sighting(gateway, "memory")], { engine });
    expect(findings.map(({ property, seenBy }) => [property, seenBy])).toEqual([
      ["memory", ["engine", "platform"]],
    ]);
  });

  it("keeps what the engine alone sees", () => {
    const engine = [
      { urn: gateway.urn, kind: "deleted", property: "", recorded: "there", live: null },
      { urn: cache.urn, kind: "changed", property: "cpus", recorded: "1", live: "2" },
    ] as const;
    const { findings } = reportOf([], { engine });
    expect(findings.map(({ kind, severity, seenBy }) => [kind, severity, seenBy])).toEqual([
      ["deleted", "critical", ["engine"]],
      ["changed", "warning", ["engine"]],
    ]);
  });

  it("says for each property who changed it, where a platform tells it of what the engine sees", () => {
    const engine = [
      { urn: gateway.urn, kind: "changed", property: "memory", recorded: "1", live: "2" },
      { urn: gateway.urn, kind: "changed", property: "cpus", recorded: "1", live: "2" },
      { urn: cache.urn, kind: "changed", property: "cpus", recorded: "1", live: "2" },
    ] as const;
    const tell = (property: string) => ({ what: `edit of ${property}`, who: "anna", when: null });
    const traces = new Map([[gateway.urn, tell]]);
    const reading = { sightings: [], unmanaged: [], traces, compared: new Map() };
    const { causes } = reportOf([], { engine, readings: [{ reader, reading }] });
    expect(causes.map(({ what, who }) => [what, who]).sort()).toEqual([
      ["changed outside of the program", null],
      ["edit of cpus", "anna"],
      ["edit of memory", "anna"],
    ]);
  });

  it("hides secrets, in every form", () => {
    const report = reportOf([sighting(gateway, "envs[TOKEN]", { recorded: "s3cret", live: "0ther" })]);
    expect(report.findings[0]).toMatchObject({ recorded: "[secret]", live: "[secret]", fingerprint: null });
    const texts = [renderText(report), renderMarkdown(report), renderHtml(report), JSON.stringify(report)];
    for (const text of texts) expect(text).not.toMatch(/s3cret|0ther/);
  });

  it("names a finding alike in every review, whatever the live value is", () => {
    const first = reportOf([sighting(gateway, "memory", { live: "2" })]).findings[0];
    const second = reportOf([sighting(gateway, "memory", { live: "3" })]).findings[0];
    expect(first?.id).toBe(second?.id);
    expect(first?.fingerprint).not.toBe(second?.fingerprint);
  });

  it("makes what a table would read as its own harmless", () => {
    const report = reportOf([sighting(cache, "labels[x]", { live: "a|b\n<img>@team`" })]);
    expect(renderMarkdown(report)).toContain("a\\|b &lt;img>@\u200bteam'");
    expect(renderHtml(report)).toContain("a|b\n&lt;img&gt;@team`");
  });

  it("parts ignored findings from open ones, and says which answers hold no longer", () => {
    const [memory] = reportOf([sighting(gateway, "memory")]).findings;
    const answer = { what: "gateway memory", until: "2026-12-31", reason: "load test", owner: "gateway" };
    const ignored = [
      { ...answer, id: memory?.id ?? "", fingerprint: memory?.fingerprint ?? "" },
      { ...answer, id: "d-00000000" },
      { ...answer, id: "d-00000001", until: "2026-11-25" },
    ];
    const silent = reportOf([sighting(gateway, "memory")], { file: { owners: {}, ignored } });
    expect(silent.findings).toEqual([]);
    expect(silent.counts.ignored).toBe(1);
    expect(silent.stale.map(({ why }) => why)).toEqual(["unknown", "expired"]);
    expect(renderText(silent)).toContain("is for a finding that is not there");
    expect(renderHtml(silent)).toContain("load test");
    const changed = reportOf([sighting(gateway, "memory", { live: "9" })], { file: { owners: {}, ignored } });
    expect(changed.stale[0]?.why).toBe("changed");
    expect(changed.findings).toHaveLength(1);
  });

  it("lists what nobody manages with its owner", () => {
    const unmanaged = [
      { resource: "docker:container/x", name: "x", type: CONTAINER, component: "gateway", trace: unknown },
    ];
    const { findings } = reportOf([], {}, unmanaged);
    expect(findings[0]).toMatchObject({ kind: "unmanaged", owner: "gateway", severity: "warning" });
  });
});

describe("groupByCause", () => {
  const at = (seconds: number, what = "docker update"): Trace => ({
    what,
    who: "kubectl",
    when: new Date(seconds * 1000).toISOString(),
  });
  const sizes = (traces: readonly Trace[]) =>
    groupByCause(traces.map((trace, index) => ({ resource: `r${index}`, trace }))).map(
      ({ length }) => length,
    );

  it("makes one row of what one deed did to many resources", () => {
    expect(sizes([at(1), at(30), at(80)])).toEqual([3]);
    expect(sizes([at(1), at(300)])).toEqual([1, 1]);
    expect(sizes([at(1), at(2, "delete")])).toEqual([1, 1]);
  });

  it("tells resources apart where the platform tells no time", () => {
    expect(sizes([unknown, unknown])).toEqual([1, 1]);
  });

  it("puts what follows a resource to that resource's cause", () => {
    const groups = groupByCause([
      { resource: "container", trace: { ...unknown, follows: "network" } },
      { resource: "network", trace: at(1) },
      { resource: "other", trace: { ...unknown, follows: "nothing" } },
    ]);
    expect(groups.map((group) => group.map(({ resource: name }) => name))).toEqual([
      ["network", "container"],
      ["other"],
    ]);
  });
});

describe("judge", () => {
  it.each([
    ["changed", CONTAINER, "privileged", "critical"],
    ["changed", CONTAINER, "memory", "warning"],
    ["changed", CONTAINER, "labels[x]", "info"],
    ["changed", CONTAINER, "image", "critical"],
    ["changed", CONTAINER, "state", "critical"],
    ["deleted", "docker:index/volume:Volume", "", "critical"],
    ["deleted", "docker:index/remoteImage:RemoteImage", "", "warning"],
    ["changed", "docker:index/remoteImage:RemoteImage", "imageId", "warning"],
    ["unmanaged", "mongodbatlas:index/databaseUser:DatabaseUser", "", "critical"],
    ["changed", "kubernetes:networking.k8s.io/v1:NetworkPolicy", "spec.ingress", "critical"],
    ["changed", "kubernetes:apps/v1:Deployment", "metadata.labels", "info"],
    ["changed", "kubernetes:apps/v1:Deployment", "spec.replicas", "warning"],
  ] as const)("%s %s %s is %s", (kind, type, property, severity) => {
    expect(judge({ kind, type, property, recorded: "1", live: "2" }).severity).toBe(severity);
  });

  it("knows a port that is open to more than before", () => {
    const judged = { kind: "changed", type: CONTAINER, property: "ports[8080/tcp]" } as const;
    expect(judge({ ...judged, recorded: "127.0.0.1:1", live: "0.0.0.0:1" }).rule).toBe(
      "open to more than before",
    );
    expect(judge({ ...judged, recorded: "127.0.0.1:1", live: null }).rule).toBe(
      "it is reached, or reaches, otherwise",
    );
  });
});

describe("ownerOf", () => {
  it("takes the label, then the last pattern, then the component", () => {
    const labelled = resource("gateway", {
      inputs: { labels: [{ label: "trials.owner", value: "edge team" }] },
    });
    const annotated = resource("x", {
      inputs: { metadata: { annotations: { "trials.owner": "cloud team" } } },
    });
    expect(ownerOf(labelled, { "*": "all" }, labelled)).toBe("edge team");
    expect(ownerOf(annotated, {}, annotated)).toBe("cloud team");
    expect(ownerOf(cache, { "*": "all", "cache/*": "data team" }, cache)).toBe("data team");
    expect(ownerOf(cache, {}, undefined)).toBe("cache");
    expect(ownerOf({ name: "x", component: "" }, {}, undefined)).toBe("x");
  });
});

describe("what the engine says", () => {
  const step = (op: string, more: object = {}) =>
    ({ op, urn: "urn", type: CONTAINER, provider: "", ...more }) as never;

  it("names each property with both sides", () => {
    const sides = {
      old: { outputs: { memory: 1, list: [1] } },
      new: { outputs: { memory: 2 }, inputs: { list: [2] } },
    };
    const told = sightingsOf(step("update", { detailedDiff: { memory: {}, list: {} }, ...sides }));
    expect(told).toEqual([
      { urn: "urn", kind: "changed", property: "memory", recorded: "1", live: "2" },
      { urn: "urn", kind: "changed", property: "list", recorded: "[1]", live: "[2]" },
    ]);
    expect(sightingsOf(step("update", { diffs: ["gone"] }))[0]).toMatchObject({ recorded: null, live: null });
    expect(sightingsOf(step("same"))).toEqual([]);
    expect(sightingsOf(step("delete"))[0]).toMatchObject({ kind: "deleted" });
  });

  it("follows paths with names, positions and quoted keys", () => {
    const values = { spec: { ports: [{ name: "http" }], "a.b": 1 } };
    expect(valueAt(values, "spec.ports[0].name")).toBe("http");
    expect(valueAt(values, 'spec["a.b"]')).toBe(1);
    expect(valueAt(values, "spec.nothing.more")).toBeUndefined();
  });

  it("knows when the state was last written", () => {
    expect(lastChange({ manifest: { time: "2026-11-26T00:00:00Z" } })).toBe("2026-11-26T00:00:00Z");
    expect(lastChange(undefined)).toBeUndefined();
  });
});
