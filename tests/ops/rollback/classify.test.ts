import { describe, expect, it } from "vitest";
import { classify, type UndoStep, worstOf } from "../../../ops/rollback/classify.ts";

const state = (inputs: object = {}, rest: object = {}) => ({
  protect: false,
  retainOnDelete: false,
  inputs: { ...inputs },
  ...rest,
});
const step = (op: string, type: string, rest: Partial<UndoStep> = {}): UndoStep => ({
  op,
  type,
  urn: `urn:pulumi:dev::trials::trials:components:Backend$${type}::thing`,
  differences: [],
  replaceKeys: [],
  ...rest,
});
const CLUSTER = "mongodbatlas:index/advancedCluster:AdvancedCluster";
const CLAIM = "kubernetes:core/v1:PersistentVolumeClaim";
const CONTAINER = "docker:index/container:Container";
const VOLUME = "docker:index/volume:Volume";
const data = { restart: "unless-stopped", volumes: [{ volumeName: "data" }] };
const claim = (storage: string) => state({ spec: { resources: { requests: { storage } } } });

describe("the classes of changes", () => {
  it.each<[string, UndoStep, string, RegExp]>([
    [
      "removing what is protected",
      step("delete", CONTAINER, { old: state({}, { protect: true }) }),
      "impossible",
      /protected/,
    ],
    [
      "an older MongoDB",
      step("update", CLUSTER, {
        old: state({ mongoDbMajorVersion: "8.0" }),
        new: state({ mongoDbMajorVersion: "7.0" }),
      }),
      "impossible",
      /downgrade/,
    ],
    [
      "a newer MongoDB",
      step("update", CLUSTER, {
        old: state({ mongoDbMajorVersion: "7.0" }),
        new: state({ mongoDbMajorVersion: "8.0" }),
      }),
      "safe",
      /in place/,
    ],
    ["another size of cluster", step("update", CLUSTER, { old: state(), new: state() }), "safe", /in place/],
    [
      "a smaller claim",
      step("update", CLAIM, { old: claim("20Gi"), new: claim("500Mi") }),
      "impossible",
      /shrink/,
    ],
    ["a larger claim", step("update", CLAIM, { old: claim("1024"), new: claim("1Ti") }), "safe", /in place/],
    [
      "a name that cannot be changed",
      step("replace", CLUSTER, { replaceKeys: ["name"] }),
      "lossy",
      /another one is made, for name cannot be changed/,
    ],
    ["an Aura instance made anew", step("replace", "aura:index:Instance"), "lossy", /what differs/],
    ["a cluster deleted", step("delete", CLUSTER), "lossy", /gone with/],
    [
      "data snapshots deleted",
      step("delete", "mongodbatlas:index/cloudBackupSnapshot:CloudBackupSnapshot"),
      "lossy",
      /data snapshot/,
    ],
    [
      "a volume that is retained",
      step("delete", VOLUME, { old: state({}, { retainOnDelete: true }) }),
      "safe",
      /stays/,
    ],
    ["a volume that is not", step("delete", VOLUME, { old: state() }), "lossy", /gone with/],
    ["a claim made anew", step("replace", CLAIM), "lossy", /gone with/],
    [
      "a claim whose content the program makes again",
      step("delete", CLAIM, {
        old: state({ metadata: { annotations: { "trials.content": "reproducible" } } }),
      }),
      "safe",
      /holds no data/,
    ],
    [
      "a namespace deleted",
      step("delete", "kubernetes:core/v1:Namespace"),
      "lossy",
      /everything in the namespace/,
    ],
    [
      "a password drawn again",
      step("create", "random:index/randomPassword:RandomPassword"),
      "lossy",
      /drawn/,
    ],
    ["a password deleted", step("delete", "random:index/randomPassword:RandomPassword"), "lossy", /for good/],
    [
      "another build of a store",
      step("replace", CONTAINER, {
        old: state({ ...data, image: "a" }),
        new: state({ ...data, image: "b" }),
      }),
      "lossy",
      /another build of a store/,
    ],
    [
      "another build of a container whose data the program makes again",
      step("replace", CONTAINER, {
        old: state({
          ...data,
          image: "a",
          labels: [
            { label: "trials.role", value: "gateway" },
            { label: "trials.content", value: "reproducible" },
          ],
        }),
        new: state({ ...data, image: "b" }),
      }),
      "safe",
      /holds no data/,
    ],
    [
      "a store with other settings",
      step("replace", CONTAINER, {
        old: state({ ...data, image: "a" }),
        new: state({ ...data, image: "a" }),
      }),
      "safe",
      /in a volume/,
    ],
    [
      "another build of a job that fills a volume",
      step("replace", CONTAINER, {
        old: state({ ...data, restart: "no", image: "a" }),
        new: state({ ...data, image: "b" }),
      }),
      "safe",
      /no data/,
    ],
    [
      "a service that only reads a volume",
      step("replace", CONTAINER, {
        old: state({ volumes: [{ volumeName: "facts", readOnly: true }], image: "a" }),
        new: state({ image: "b" }),
      }),
      "safe",
      /no data/,
    ],
    ["a container made again", step("create", CONTAINER), "safe", /made again/],
    ["a container taken away", step("delete", CONTAINER, { old: state() }), "safe", /taken away/],
    ["what is read", step("read", CONTAINER), "safe", /looked at/],
    ["what no rule knows", step("discard", CONTAINER), "lossy", /no rule/],
  ])("%s", (_, planned, reversibility, reason) => {
    const [change] = classify([planned]);
    expect(change).toMatchObject({ name: "thing", op: planned.op, reversibility });
    expect(change?.reason).toMatch(reason);
  });

  it("of schemas are what their migrations say", () => {
    const down = { store: "documents", what: "3 visits", direction: "down" } as const;
    const found = classify(
      [],
      [
        { ...down, safety: "safe", why: "loses nothing" },
        { ...down, safety: "lossy", why: "drops the visits" },
      ],
    );
    expect(found).toEqual([
      {
        op: "schema down",
        name: "documents: 3 visits",
        reversibility: "lossy",
        reason: "drops the visits",
      },
      { op: "schema down", name: "documents: 3 visits", reversibility: "safe", reason: "loses nothing" },
    ]);
  });

  it("leave out what stays and what only groups, and put the worst first", () => {
    const group = {
      ...step("update", "trials:components:Backend"),
      urn: "urn:pulumi:dev::trials::trials:components:Backend::node",
    };
    const changes = classify([
      step("same", CONTAINER),
      group,
      step("create", CONTAINER),
      step("delete", CLUSTER),
    ]);
    expect(changes.map(({ op }) => op)).toEqual(["delete", "create"]);
    expect(worstOf(changes)).toBe("lossy");
    expect(worstOf([])).toBe("safe");
  });
});
