import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { DriftFinding, DriftReport } from "../../../contracts/drift.ts";
import { findCloudSetting } from "../../../ops/drift/answers/cloud-setting.ts";
import { recordLive } from "../../../ops/drift/answers/edit-state.ts";
import { readIgnoring, toIgnored } from "../../../ops/drift/answers/ignore.ts";
import { patchSettings } from "../../../ops/drift/answers/patches.ts";
import { planRevert } from "../../../ops/drift/answers/remedies.ts";
import { selectFindings } from "../../../ops/drift/answers/select.ts";
import { editOf, findSetting } from "../../../ops/drift/answers/setting-of.ts";
import { readDriftFile, recordIgnored } from "../../../ops/drift/drift-file.ts";
import { renderDeed } from "../../../ops/drift/platforms/docker/deeds.ts";
import type { ManagedResource, PlainObject } from "../../../ops/drift/recorded.ts";
import { exampleFinding } from "./example-finding.ts";

const resource = (kind: string, name: string, inputs: PlainObject = {}): ManagedResource => ({
  urn: `urn:${name}`,
  name,
  type: `docker:index/${kind[0]?.toLowerCase()}${kind.slice(1)}:${kind}`,
  id: `id-${name}`,
  component: "",
  inputs: { name, ...inputs },
  outputs: { imageId: "sha256:1234" },
  secrets: new Set(),
  provider: {},
  created: undefined,
});

describe("ignore", () => {
  const given = { until: "2026-12-31", reason: " load test " };
  const today = "2026-11-26";

  it("holds for the live value that was looked at, in the owner's name", () => {
    expect(toIgnored(exampleFinding(), readIgnoring(given, today))).toEqual({
      id: "d-0a1b2c3d",
      what: "gateway memory",
      until: "2026-12-31",
      reason: "load test",
      owner: "edge team",
      fingerprint: "0123abcd",
    });
    const unhashed = toIgnored(exampleFinding({ fingerprint: null }), readIgnoring(given, today));
    expect(unhashed).not.toHaveProperty("fingerprint");
    const owned = toIgnored(exampleFinding(), readIgnoring({ ...given, owner: " store team " }, today));
    expect(owned.owner).toBe("store team");
  });

  it.each([
    [{ until: undefined }, "ignore needs --until DATE"],
    [{ reason: " " }, "ignore needs --reason TEXT: a reviewer reads it"],
    [{ until: "soon" }, "--until: a date such as 2027-01-31"],
    [{ until: "2026-11-25" }, "--until 2026-11-25 is past: today is 2026-11-26"],
  ])("refuses %o", (wrong, message) => {
    expect(() => readIgnoring({ ...given, ...wrong }, today)).toThrow(message);
  });
});

describe("the reviewed file", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "trials-drift-file-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const entry = {
    id: "d-0a1b2c3d",
    what: "gateway memory",
    until: "2026-12-31",
    reason: "test",
    owner: "edge",
  };

  it("is made by the first answer, keeps its comments, and has one entry a finding", () => {
    const path = join(folder, "drift", "ignored.dev.yaml");
    expect(readDriftFile(path)).toEqual({ owners: {}, ignored: [] });
    recordIgnored(path, entry);
    writeFileSync(path, readFileSync(path, "utf8").replace("owners: {}", "owners:\n  '*': all # everybody"));
    recordIgnored(path, { ...entry, reason: "longer" });
    recordIgnored(path, { ...entry, id: "d-00000000" });
    expect(readFileSync(path, "utf8")).toContain("# everybody");
    const { owners, ignored } = readDriftFile(path);
    expect(owners).toEqual({ "*": "all" });
    expect(ignored.map(({ id, reason }) => [id, reason])).toEqual([
      ["d-0a1b2c3d", "longer"],
      ["d-00000000", "test"],
    ]);
  });

  it.each([
    ["ignored: [{id: x}]", "ignored.0.id: an id as the review prints it"],
    ["owner: {}", "Unrecognized key"],
    ["ignored: [", "cannot be read"],
  ])("says what is wrong with %s", (text, message) => {
    const path = join(folder, "ignored.dev.yaml");
    writeFileSync(path, text);
    expect(() => readDriftFile(path)).toThrow(message);
  });
});

describe("selectFindings", () => {
  const report = { stack: "dev", findings: [exampleFinding()], ignored: [] } as unknown as DriftReport;

  it("takes ids or all", () => {
    expect(selectFindings(report, ["d-0a1b2c3d"], false)).toHaveLength(1);
    expect(selectFindings(report, [], true)).toHaveLength(1);
  });

  it.each([
    [["d-0a1b2c3e"], false, "finds nothing called d-0a1b2c3e"],
    [["x"], false, "finds nothing called x"],
    [[], false, "which finding?"],
    [["d-0a1b2c3d"], true, "do not go together"],
  ])("refuses %o, all %s", (ids, all, message) => {
    expect(() => selectFindings(report, ids, all)).toThrow(message);
  });
});

describe("planRevert", () => {
  const gateway = resource("Container", "gateway", { networkMode: "edge" });
  const network = resource("Network", "edge");
  const volume = resource("Volume", "data");
  const image = resource("RemoteImage", "web:1");
  const resources = [gateway, network, volume, image];
  const plan = (chosen: readonly DriftFinding[], all = chosen) => planRevert(chosen, all, resources);

  it("updates in place what the engine sees, and replaces for the rest", () => {
    expect(plan([exampleFinding()])).toMatchObject({ targets: ["urn:gateway"], replace: [], deeds: [] });
    const unseen = exampleFinding({ property: "envs[X]", seenBy: ["platform"] });
    expect(plan([unseen])).toMatchObject({ targets: ["urn:gateway"], replace: ["urn:gateway"] });
    expect(plan([unseen], [unseen, exampleFinding()]).notes).toEqual([
      "gateway: brings back its 1 other finding too",
    ]);
  });

  it("makes way for a container that somebody made under the same name", () => {
    const id = exampleFinding({ property: "id" });
    const { deeds, replace } = plan([exampleFinding()], [exampleFinding(), id]);
    expect(deeds.map(renderDeed)).toEqual(["remove container gateway"]);
    expect(replace).toEqual([]);
  });

  it("makes the containers of a network again with it", () => {
    const changed = exampleFinding({ resource: "urn:edge", property: "id" });
    const { deeds, targets, notes } = plan([changed]);
    expect(deeds.map(renderDeed)).toEqual(["remove network edge"]);
    expect(targets).toEqual(["urn:edge", "urn:gateway"]);
    expect(notes).toEqual(["network edge: the 1 containers on it are made again"]);
  });

  it("finds a network's containers by every way to be on it, and by the name that Docker drew", () => {
    const drawn = { ...resource("Network", "drawn"), inputs: {}, outputs: { name: "drawn-1" } };
    const user = resource("Container", "user", {
      networksAdvanced: [{ name: "drawn-1" }, { name: "other" }],
    });
    const chosen = [exampleFinding({ resource: "urn:drawn", property: "internal" })];
    const remedy = planRevert(chosen, chosen, [drawn, user, gateway]);
    expect(remedy).toMatchObject({ deeds: [], replace: ["urn:drawn", "urn:user"] });
    expect(remedy.notes).toEqual(["network drawn-1: the 1 containers on it are made again"]);
  });

  it("leaves what is not Docker's to an update, and what is gone is made, not replaced", () => {
    const cluster = {
      ...resource("Container", "cluster"),
      type: "mongodbatlas:index/advancedCluster:AdvancedCluster",
    };
    const chosen = [exampleFinding({ resource: "urn:cluster", seenBy: ["platform"] })];
    expect(planRevert(chosen, chosen, [cluster])).toEqual({
      deeds: [],
      targets: ["urn:cluster"],
      replace: [],
      refused: [],
      notes: [],
    });
    const gone = exampleFinding({ kind: "deleted", property: "", seenBy: ["platform"] });
    expect(plan([gone])).toMatchObject({ targets: ["urn:gateway"], replace: [] });
  });

  it("counts several other findings that come back with one", () => {
    const others = [
      exampleFinding(),
      exampleFinding({ property: "envs[A]" }),
      exampleFinding({ property: "envs[B]" }),
    ];
    expect(plan([exampleFinding()], others).notes).toEqual(["gateway: brings back its 2 other findings too"]);
  });

  it("never throws away data by itself", () => {
    const changed = exampleFinding({ resource: "urn:data", property: "labels[x]" });
    expect(plan([changed]).refused[0]?.why).toContain("a new one would be empty");
    expect(plan([exampleFinding({ resource: "urn:data", kind: "deleted" })]).notes[0]).toContain(
      "comes back empty",
    );
  });

  it("gives an image its name back, or makes it again", () => {
    const renamed = exampleFinding({ resource: "urn:web:1", property: "imageId" });
    expect(plan([renamed]).deeds.map(renderDeed)).toEqual(["name sha256:1234 web:1 again"]);
    expect(plan([exampleFinding({ resource: "urn:web:1", kind: "deleted" })]).targets).toEqual(["urn:web:1"]);
  });

  it("removes what nobody manages from Docker, and leaves what is elsewhere", () => {
    const stranger = (name: string) => exampleFinding({ kind: "unmanaged", resource: name, property: "" });
    expect(plan([stranger("docker:volume/x")])).toMatchObject({
      deeds: [{ kind: "remove-volume", name: "x" }],
      notes: ["volume x is removed with its data"],
    });
    expect(plan([stranger("kubernetes:Pod/x")]).refused).toHaveLength(1);
  });
});

describe("accept", () => {
  const labels = (role: string) => [{ label: "trials.role", value: role }];
  const of = (role: string) => resource("Container", role, { labels: labels(role) });
  const settingOf = (role: string, property: string, live: string | undefined) => {
    const found = findSetting({ kind: "changed", property }, of(role), live);
    return found && { path: found.path.join("."), value: found.value };
  };

  it("knows the setting behind a property", () => {
    expect(settingOf("backend-node", "memorySwap", "512")).toEqual({
      path: "backendNode.memory",
      value: 512,
    });
    expect(settingOf("graph-store", "ports[7474/tcp]", "127.0.0.1:7575")).toEqual({
      path: "graphStore.httpPort",
      value: 7575,
    });
    expect(settingOf("gateway", "envs[PYTHON_WEIGHT]", "25")).toEqual({
      path: "gateway.pythonWeight",
      value: 25,
    });
    expect(settingOf("backend-python", "envs[LOG_LEVEL]", "debug")).toEqual({
      path: "logLevel",
      value: "debug",
    });
  });

  it("knows where none stands for it", () => {
    expect(settingOf("gateway", "memory", "512")).toBeUndefined();
    expect(settingOf("gateway", "envs[OTHER]", "1")).toBeUndefined();
    expect(settingOf("gateway", "ports[8080/tcp]", undefined)).toBeUndefined();
    expect(settingOf("cache", "ports[8080/tcp]", "127.0.0.1:1")).toBeUndefined();
    expect(settingOf("gateway", "user", "0")).toBeUndefined();
    expect(settingOf("backend-node", "memory", "half")).toBeUndefined();
    expect(settingOf("backend-node", "ports[8080/tcp]", "closed")).toBeUndefined();
    expect(settingOf("", "memory", "512")).toBeUndefined();
    expect(findSetting({ kind: "deleted", property: "memory" }, of("backend-node"), "512")).toBeUndefined();
  });

  it.each([
    [
      "kubernetes:autoscaling/v2:HorizontalPodAutoscaler",
      "spec.minReplicas",
      "3",
      "backendNode.minReplicas",
      3,
    ],
    [
      "kubernetes:apps/v1:Deployment",
      "spec.template.spec.containers[0].resources.limits.memory",
      "1Gi",
      "backendNode.memory",
      1024,
    ],
    [
      "kubernetes:apps/v1:Deployment",
      "spec.template.spec.containers[0].resources.requests.cpu",
      "2",
      "backendNode.cpu",
      2000,
    ],
    ["kubernetes:core/v1:ResourceQuota", 'spec.hard["requests.cpu"]', "8", "kubernetes.quota.cpu", 8],
    [
      "kubernetes:core/v1:ResourceQuota",
      'spec.hard["limits.memory"]',
      "2048Mi",
      "kubernetes.quota.memory",
      2048,
    ],
    [
      "mongodbatlas:index/advancedCluster:AdvancedCluster",
      "replicationSpecs[0].regionConfigs[0].electableSpecs.nodeCount",
      "5",
      "atlas.cluster.nodes",
      5,
    ],
    [
      "mongodbatlas:index/advancedCluster:AdvancedCluster",
      "mongoDbMajorVersion",
      "8.0",
      "atlas.cluster.version",
      "8.0",
    ],
    [
      "mongodbatlas:index/cloudBackupSchedule:CloudBackupSchedule",
      "policyItemWeeklies[0].retentionValue",
      "9",
      "atlas.cluster.backup.weekly",
      9,
    ],
    ["aura:index:Instance", "memory", "16GB", "graph.memory", 16],
  ] as const)("knows the cloud's setting behind %s %s", (type, property, live, path, value) => {
    const inputs = { metadata: { labels: { "trials.role": "backend-node" } } };
    const found = findCloudSetting({ type, inputs }, property, live);
    expect([found?.path.join("."), found?.value]).toEqual([path, value]);
  });

  it.each([
    ["kubernetes:autoscaling/v2:HorizontalPodAutoscaler", "spec.behavior", "3", "backend-node"],
    ["kubernetes:autoscaling/v2:HorizontalPodAutoscaler", "spec.minReplicas", "3", "cache"],
    ["kubernetes:core/v1:ResourceQuota", 'spec.hard["requests.cpu"]', "8500m", "environment"],
    ["kubernetes:core/v1:ResourceQuota", 'spec.hard["requests.cpu"]', "many", "environment"],
    ["kubernetes:core/v1:ResourceQuota", 'spec.hard["limits.memory"]', "2G", "environment"],
    ["aura:index:Instance", "memory", "16", ""],
  ])("knows where none stands for the cloud's %s %s %s", (type, property, live, role) => {
    const inputs = role === "" ? {} : { metadata: { labels: { "trials.role": role } } };
    expect(findCloudSetting({ type, inputs }, property, live)).toBeUndefined();
  });

  it("records a live value of the recorded one's kind inside a property", () => {
    const scaling = {
      ...resource("Container", "scaling"),
      type: "kubernetes:autoscaling/v2:HorizontalPodAutoscaler",
      inputs: {
        metadata: { labels: { "trials.role": "planet" } },
        spec: { minReplicas: 2, on: true, list: [1] },
      },
    };
    const change = findSetting({ kind: "changed", property: "spec.minReplicas" }, scaling, "4");
    expect(change).toMatchObject({ path: ["planet", "minReplicas"], value: 4, property: "spec" });
    expect(change?.edit({ minReplicas: 2, maxReplicas: 6 })).toEqual({ minReplicas: 4, maxReplicas: 6 });
    expect(editOf("spec.list[0]", scaling, "5")?.edit({ list: [1, 2] })).toEqual({ list: [5, 2] });
    expect(editOf("spec.on", scaling, "false")?.edit({ other: 1 })).toEqual({ other: 1 });
    expect(editOf("spec.on", scaling, "perhaps")).toBeUndefined();
    expect(editOf("spec.minReplicas", scaling, "some")).toBeUndefined();
    expect(editOf("spec", scaling, "4")).toBeUndefined();
    expect(editOf("spec.minReplicas", scaling, "3")?.edit(undefined)).toBeNull();
  });

  it("edits no list where none is recorded, and no entry of another port or address", () => {
    const edit = (property: string, live: string) =>
      findSetting({ kind: "changed", property }, of("gateway"), live)?.edit;
    const ports = [
      { internal: 8080, external: 1, ip: "0.0.0.0" },
      { internal: 9, external: 2, ip: "127.0.0.1" },
    ];
    expect(edit("ports[8080/tcp]", "127.0.0.1:7")?.(ports)).toEqual(ports);
    expect(edit("ports[8080/tcp]", "127.0.0.1:7")?.(undefined)).toEqual([]);
    expect(edit("envs[PYTHON_WEIGHT]", "25")?.(["A=1", "PYTHON_WEIGHT=10"])).toEqual([
      "A=1",
      "PYTHON_WEIGHT=25",
    ]);
    expect(recordLive({}, "urn:x", [])).toEqual({ resources: [] });
  });

  it("changes one value of the settings, and keeps comments and order", () => {
    const text = "# ports\nconfig:\n  trials:gateway:\n    port: 8080 # public\n";
    const patched = patchSettings(text, "trials", { path: ["gateway", "port"], value: 9090 });
    expect(patched).toBe("# ports\nconfig:\n  trials:gateway:\n    port: 9090 # public\n");
    expect(patchSettings(text, "trials", { path: ["backendNode", "memory"], value: 1 })).toContain(
      "  trials:backendNode:\n    memory: 1\n",
    );
  });

  it("records the live value where the recorded one was, secrets as secrets", () => {
    const secret = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" };
    const ports = [
      { internal: 8080, external: 1, ip: "127.0.0.1" },
      { internal: 9, external: 2 },
    ];
    const envs = { ...secret, plaintext: JSON.stringify(["A=1", "LOG_LEVEL=info"]) };
    const state = {
      resources: [
        { urn: "urn:backend-node", inputs: { ports, envs }, outputs: { ports } },
        { urn: "urn:other" },
      ],
    };
    const live = { "ports[8080/tcp]": "127.0.0.1:7", "envs[LOG_LEVEL]": "debug" };
    const changes = Object.entries(live).flatMap(
      ([property, value]) => findSetting({ kind: "changed", property }, of("backend-node"), value) ?? [],
    );
    const edited = [{ ...ports[0], external: 7 }, ports[1]];
    expect(recordLive(state, "urn:backend-node", changes)).toEqual({
      resources: [
        {
          urn: "urn:backend-node",
          inputs: {
            ports: edited,
            envs: { ...secret, plaintext: JSON.stringify(["A=1", "LOG_LEVEL=debug"]) },
          },
          outputs: { ports: edited },
        },
        { urn: "urn:other" },
      ],
    });
  });
});
