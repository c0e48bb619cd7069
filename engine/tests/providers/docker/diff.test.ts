import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { computed, type PropertyMap, type PropertyValue } from "../../../src/protocol/property-value.ts";
import { diffResource } from "../../../src/providers/docker/diff.ts";
import { refreshedInputs } from "../../../src/providers/docker/inputs.ts";
import { listEdits } from "../../../src/providers/docker/list-edits.ts";
import type { ResourceSchema } from "../../../src/providers/docker/schema.ts";
import { CONTAINER } from "../../../src/providers/docker/schema-container.ts";
import { NETWORK, REMOTE_IMAGE, VOLUME } from "../../../src/providers/docker/schema-others.ts";
import { plannedOutputs, settledValues, updatedValues } from "../../../src/providers/docker/state.ts";

function diff(
  schema: ResourceSchema,
  oldOutputs: PropertyMap,
  newInputs: PropertyMap,
  more: { readonly oldInputs?: PropertyMap; readonly ignoreChanges?: readonly string[] } = {},
) {
  const request = {
    urn: "u",
    name: "n",
    type: schema.type,
    id: "i",
    oldInputs: {},
    ignoreChanges: [],
    ...more,
  };
  return diffResource(schema, { ...request, oldOutputs, newInputs });
}
const kinds = (...args: Parameters<typeof diff>) =>
  Object.fromEntries(
    Object.entries(diff(...args).detailedDiff ?? {}).map(([path, { kind }]) => [path, kind]),
  );

describe("differences", () => {
  it("are told for each element of a set, at its position in the program", () => {
    expect(kinds(CONTAINER, { envs: ["A=1", "B=1", "D=1"] }, { envs: ["B=1", "C=1"] })).toEqual({
      "envs[0]": "delete-replace",
      "envs[1]": "add-replace",
      "envs[2]": "delete-replace",
    });
    expect(kinds(CONTAINER, { envs: ["B=1", "A=1"] }, { envs: ["A=1", "B=1"] })).toEqual({});
  });

  it("are told within an element of a set of objects", () => {
    const old = {
      labels: [
        { label: "a", value: "1" },
        { label: "b", value: "1" },
      ],
    };
    const now = {
      labels: [
        { label: "a", value: "1" },
        { label: "b", value: "2" },
        { label: "c", value: "1" },
      ],
    };
    expect(kinds(CONTAINER, old, now)).toEqual({
      "labels[1].value": "update-replace",
      "labels[2]": "add-replace",
    });
    expect(kinds(CONTAINER, now, { labels: [] })).toMatchObject({ "labels[0]": "delete-replace" });
  });

  it("keep the order of lists", () => {
    expect(kinds(CONTAINER, { command: ["a", "b", "c"] }, { command: ["a", "c", "d"] })).toEqual({
      "command[1]": "delete-replace",
      "command[2]": "add-replace",
    });
    const ports = [{ internal: 80, external: 1, ip: "0.0.0.0", protocol: "tcp" }];
    expect(kinds(CONTAINER, { ports }, { ports: [...ports, { internal: 81, external: 2 }] })).toEqual({
      "ports[1]": "add-replace",
    });
    expect(kinds(CONTAINER, { ports }, { ports: [] })).toEqual({ "ports[0]": "delete-replace" });
    expect(kinds(CONTAINER, { ports }, { ports: [{ internal: 80, external: 9 }] })).toEqual({
      "ports[0].external": "update-replace",
    });
  });

  it("do not see the order of ports, nor a host port that Docker chose", () => {
    const port = (internal: number, external: number | null = null) => ({
      internal,
      external,
      ip: "0.0.0.0",
      protocol: "tcp",
    });
    expect(
      kinds(CONTAINER, { ports: [port(80, 49_153), port(81, 49_154)] }, { ports: [port(81), port(80)] }),
    ).toEqual({});
    expect(
      kinds(CONTAINER, { ports: [port(80, 1)] }, { ports: [{ internal: 80, external: 1, ip: "" }] }),
    ).toEqual({});
    expect(
      kinds(CONTAINER, { ports: [port(80, 1)] }, { ports: [{ ...port(80, 1), protocol: "udp" }] }),
    ).toEqual({
      "ports[0].protocol": "update-replace",
    });
  });

  it("are told for each key of a map", () => {
    const old = { triggers: { a: "1", b: "1", "c.d": "1" } };
    expect(kinds(REMOTE_IMAGE, old, { name: "i", triggers: { a: "2", "c.d": "2", e: "1" } })).toEqual({
      name: "add-replace",
      "triggers.a": "update-replace",
      "triggers.b": "delete-replace",
      'triggers["c.d"]': "update-replace",
      "triggers.e": "add-replace",
    });
  });

  it("within a build replace or update the image, each by its own rule", () => {
    const build = { context: "a", dockerfile: "Dockerfile", remove: true, tags: [] };
    const image = { name: "i", build };
    expect(kinds(REMOTE_IMAGE, image, { name: "i", build: { ...build, context: "b" } })).toEqual({
      "build.context": "update-replace",
    });
    expect(kinds(REMOTE_IMAGE, image, { name: "i", build: { ...build, tags: ["t"] } })).toEqual({
      "build.tags[0]": "add",
    });
    expect(kinds(REMOTE_IMAGE, { name: "i" }, image)).toEqual({ build: "add-replace" });
    expect(kinds(REMOTE_IMAGE, image, { name: "i" }, { oldInputs: image })).toEqual({
      build: "delete-replace",
    });
    expect(kinds(REMOTE_IMAGE, { name: "i", keepLocally: true }, { name: "i", keepLocally: false })).toEqual({
      keepLocally: "update",
    });
  });

  it("see an unknown value as a change", () => {
    expect(kinds(CONTAINER, { image: "a" }, { image: computed })).toEqual({ image: "update-replace" });
    expect(kinds(CONTAINER, {}, { volumes: computed })).toEqual({ volumes: "add-replace" });
    expect(kinds(CONTAINER, { capabilities: { adds: ["A"] } }, { capabilities: { adds: computed } })).toEqual(
      {
        "capabilities.adds": "update-replace",
      },
    );
  });

  it("leave to Docker what the program never said", () => {
    const live = {
      logOpts: { "max-size": "1m" },
      sysctls: { a: "1" },
      hostname: "x",
      envs: ["A=1"],
      user: "u",
      readOnly: false,
    };
    expect(kinds(CONTAINER, live, {})).toEqual({});
    expect(kinds(VOLUME, { driverOpts: { type: "tmpfs" } }, {})).toEqual({});
    expect(kinds(NETWORK, { ipamConfigs: [{ subnet: "10.0.0.0/8" }], ipv6: true }, {})).toEqual({});
  });

  it("see what the program no longer says", () => {
    const old = { logOpts: { "max-size": "1m" }, hostname: "x", readOnly: true, destroyGraceSeconds: 3 };
    expect(kinds(CONTAINER, old, {}, { oldInputs: old })).toEqual({
      destroyGraceSeconds: "delete",
      logOpts: "delete-replace",
      readOnly: "update-replace",
    });
  });

  it("replace a container for a limit that Docker cannot lift", () => {
    const old = { memory: 64, cpuShares: 2, cpuSet: "0", maxRetryCount: 2, memorySwap: 128 };
    expect(kinds(CONTAINER, old, {})).toEqual({
      cpuSet: "delete-replace",
      cpuShares: "delete-replace",
      maxRetryCount: "delete",
      memory: "delete-replace",
      memorySwap: "delete",
    });
    expect(kinds(CONTAINER, { deviceReadBps: [{ path: "/d", rate: 1 }] }, {})).toEqual({
      deviceReadBps: "delete-replace",
    });
  });

  it.each<[PropertyMap, PropertyMap]>([
    [
      { capabilities: { adds: ["CAP_NET_ADMIN"], drops: ["ALL"] } },
      { capabilities: { adds: ["net_admin"], drops: ["ALL"] } },
    ],
    [{ cpus: "1.5" }, { cpus: "1.50" }],
    [{ platform: "linux" }, { platform: "linux/amd64" }],
    [{ user: "1000" }, { user: "" }],
    [
      { healthcheck: { tests: ["a"], interval: "1m30s", retries: 0 } },
      { healthcheck: { tests: ["a"], interval: "90s" } },
    ],
    [
      { networksAdvanced: [{ name: "a", aliases: ["x", "y"], ipv4Address: "" }] },
      { networksAdvanced: [{ name: "a", aliases: ["y", "x"] }] },
    ],
    [
      { privileged: null, tmpfs: null },
      { privileged: false, tmpfs: {} },
    ],
  ])("do not see two spellings of the same: %o", (old, now) => {
    expect(kinds(CONTAINER, old, now)).toEqual({});
  });

  it("see real changes behind spellings", () => {
    expect(
      kinds(CONTAINER, { capabilities: { adds: ["CAP_A"] } }, { capabilities: { adds: ["B"] } }),
    ).toEqual({
      "capabilities.adds[0]": "update-replace",
    });
    expect(kinds(CONTAINER, { platform: "linux/amd64" }, { platform: "linux/arm64" })).toEqual({
      platform: "update-replace",
    });
    expect(
      kinds(CONTAINER, { healthcheck: { tests: ["a"], timeout: "5s" } }, { healthcheck: { tests: ["a"] } }),
    ).toEqual({
      "healthcheck.timeout": "update-replace",
    });
  });

  it("are ignored where the program asks for it", () => {
    const old = { envs: ["A=1"], memory: 1, logOpts: { a: "1", b: "1" } };
    const now = { envs: ["A=2"], memory: 2, logOpts: { a: "2", b: "2" } };
    expect(kinds(CONTAINER, old, now, { ignoreChanges: ["envs", "logOpts.a"] })).toEqual({
      "logOpts.b": "update-replace",
      memory: "update",
    });
  });

  it("ask to delete first where a name is fixed", () => {
    const old = { name: "a" };
    expect(diff(VOLUME, old, { __defaults: [], name: "b" }).deleteBeforeReplace).toBe(true);
    expect(diff(VOLUME, old, { __defaults: ["name"], name: "b" }).deleteBeforeReplace).toBe(false);
    expect(diff(VOLUME, old, { name: "b" }).deleteBeforeReplace).toBe(false);
    expect(diff(CONTAINER, old, { __defaults: ["name"], name: "b" }).deleteBeforeReplace).toBe(true);
  });
});

describe("edits of a list", () => {
  const items = fc.array(fc.constantFrom("a", "b", "c"), { maxLength: 8 });

  it("are none exactly for equal lists", () => {
    fc.assert(
      fc.property(items, items, (old, now) => {
        expect(listEdits(old, now).size === 0).toBe(JSON.stringify(old) === JSON.stringify(now));
      }),
    );
  });

  it("name only positions that one of the lists has", () => {
    fc.assert(
      fc.property(items, items, (old, now) => {
        for (const [index, change] of listEdits(old, now)) {
          if (change !== "add") expect(index).toBeLessThan(old.length);
          if (change !== "delete") expect(index).toBeLessThan(now.length);
        }
      }),
    );
  });
});

describe("what was recorded", () => {
  const text = fc.stringMatching(/^[a-z]{1,4}$/);
  const inputs = fc.record({
    name: text,
    image: text,
    envs: fc.uniqueArray(text),
    command: fc.array(text),
    memory: fc.nat(100),
    tmpfs: fc.dictionary(text, text),
    ports: fc.array(fc.record({ internal: fc.nat(9), external: fc.integer({ min: 1, max: 9 }) }), {
      maxLength: 3,
    }),
    labels: fc.uniqueArray(fc.record({ label: text, value: text }), { selector: (item) => item.label }),
    networksAdvanced: fc.uniqueArray(fc.record({ name: text, aliases: fc.uniqueArray(text) }), {
      selector: (item) => item.name,
    }),
    healthcheck: fc.record({ tests: fc.array(text), interval: fc.constantFrom("1s", "90s") }),
    capabilities: fc.record({ adds: fc.uniqueArray(text) }),
  });

  it("never differs from what was declared, after a creation or an update", () => {
    fc.assert(
      fc.property(inputs, inputs, (first, second) => {
        const created = settledValues(CONTAINER, { declared: first, live: {}, isNew: true });
        expect(diff(CONTAINER, created, first).detailedDiff).toEqual({});
        const updated = updatedValues(CONTAINER, created, second);
        expect(diff(CONTAINER, updated, second, { oldInputs: second }).detailedDiff).toEqual({});
      }),
    );
  });

  it("gives the declared inputs back on a refresh that finds nothing changed", () => {
    fc.assert(
      fc.property(inputs, (declared) => {
        const recorded = settledValues(CONTAINER, { declared, live: {}, isNew: true });
        const refreshed = refreshedInputs(CONTAINER.fields, declared, recorded);
        expect(diff(CONTAINER, recorded, refreshed).detailedDiff).toEqual({});
      }),
    );
  });

  it("takes live values where they really differ, and live lists of objects too", () => {
    const recorded: PropertyMap = {
      envs: ["A=1", "B=1"],
      labels: [{ label: "a", value: "1" }],
      logOpts: { a: "1", b: "1" },
      ports: [{ internal: 1 }],
    };
    const live: { readonly [key: string]: PropertyValue } = {
      envs: ["B=1", "C=1"],
      labels: [{ label: "a", value: "2" }],
      logOpts: { a: "2" },
      ports: [{ internal: 2 }],
    };
    expect(
      refreshedInputs(CONTAINER.fields, { __defaults: ["envs"], ...recorded, user: "x", unknown: 1 }, live),
    ).toEqual({
      envs: ["B=1"],
      labels: [],
      logOpts: { a: "2" },
      ports: [{ internal: 2 }],
    });
  });

  it("is unknown in a preview where Docker decides, nested parts too", () => {
    const outputs = plannedOutputs(CONTAINER, {
      name: "a",
      image: "i",
      ports: [{ internal: 80 }],
      envs: ["B", computed],
    });
    expect(outputs).toMatchObject({
      hostname: computed,
      ports: [{ external: computed }],
      envs: ["B", computed],
      tmpfs: null,
    });
    expect(plannedOutputs(VOLUME, { name: "a", driverOpts: { __defaults: [], a: "1" } })).toMatchObject({
      driverOpts: { a: "1" },
    });
  });
});
