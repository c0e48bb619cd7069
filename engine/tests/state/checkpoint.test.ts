import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { UserError } from "../../src/errors.ts";
import { computed, Secret } from "../../src/protocol/property-value.ts";
import { parseCheckpoint, parseEnvelope } from "../../src/state/checkpoint.ts";
import {
  freshCheckpoint,
  serializeCheckpoint,
  serializeDeployment,
  serializeExport,
} from "../../src/state/checkpoint-write.ts";
import { base64Secrets } from "../../src/state/memory-store.ts";
import { emptySnapshot, type ResourceState, resourceState, type Snapshot } from "../../src/state/resource.ts";
import type { SecretsManager } from "../../src/state/secrets.ts";

const reference = { organization: "organization", project: "p", stack: "s" };
const urn = "urn:pulumi:s::p::t:m:R::r";

function snapshotOf(...resources: Partial<ResourceState>[]): Snapshot {
  return {
    ...emptySnapshot({ type: "b64", state: null }),
    resources: resources.map((fields) => resourceState({ urn, type: "t:m:R", custom: true, ...fields })),
  };
}

function write(snapshot: Snapshot): Promise<string> {
  return serializeCheckpoint(snapshot, reference, base64Secrets);
}

/** What a state file holds of its first resource. */
async function written(fields: Partial<ResourceState>): Promise<unknown> {
  const file = JSON.parse(await write(snapshotOf(fields))) as {
    readonly checkpoint: { readonly latest: { readonly resources: readonly unknown[] } };
  };
  return file.checkpoint.latest.resources[0];
}

function stateWith(resource: object, version = 3): object {
  return {
    version,
    checkpoint: { stack: "organization/p/s", latest: { manifest: {}, resources: [resource] } },
  };
}

const everything: Omit<ResourceState, "urn" | "type" | "custom"> = {
  delete: true,
  id: "id",
  inputs: { a: 1 },
  outputs: { b: new Secret("hidden") },
  parent: "parent",
  protect: true,
  taint: true,
  external: true,
  dependencies: ["d"],
  initErrors: ["error"],
  provider: "p::id",
  propertyDependencies: { a: ["d"], b: [] },
  pendingReplacement: true,
  additionalSecretOutputs: ["b"],
  aliases: ["alias"],
  customTimeouts: { create: 1, update: 2, delete: 3, read: 4 },
  importID: "i",
  retainOnDelete: true,
  deletedWith: "w",
  replaceWith: ["rw"],
  created: "2026-01-01T00:00:00Z",
  modified: "2026-01-02T00:00:00Z",
  sourcePosition: "project:///index.ts#1",
  stackTrace: [{ sourcePosition: "project:///index.ts#1" }, { sourcePosition: "" }],
  ignoreChanges: ["x"],
  hideDiff: ["y"],
  replaceOnChanges: ["z"],
  replacementTrigger: { n: new Secret(1) },
  refreshBeforeUpdate: true,
  viewOf: "v",
  resourceHooks: { BeforeCreate: ["h"] },
  unknownFields: { extensionRef: "e", snippetID: "s", later: { deep: [1, null] } },
};

describe("a checkpoint", () => {
  it("keeps every field of a resource", async () => {
    const snapshot = snapshotOf(everything, { urn: `${urn}2` });
    const read = await parseCheckpoint(await write(snapshot), base64Secrets);
    expect(read.resources).toStrictEqual(snapshot.resources);
  });

  it("writes the fields of a resource in the order of the official CLI, unknown ones last", async () => {
    expect(Object.keys((await written(everything)) as object)).toEqual(
      (
        "urn custom delete id type inputs outputs parent protect taint external dependencies initErrors provider " +
        "propertyDependencies pendingReplacement additionalSecretOutputs aliases customTimeouts importID " +
        "retainOnDelete deletedWith replaceWith created modified sourcePosition stackTrace ignoreChanges hideDiff " +
        "replaceOnChanges replacementTrigger refreshBeforeUpdate viewOf resourceHooks extensionRef snippetID later"
      ).split(" "),
    );
  });

  it("leaves out what has its zero value", async () => {
    expect(await written({})).toEqual({ urn, custom: true, type: "t:m:R" });
    expect(await written({ customTimeouts: { create: 0 } })).not.toHaveProperty("customTimeouts");
    expect(await written({ replacementTrigger: null })).not.toHaveProperty("replacementTrigger");
  });

  it("names the features that a reader must know, and is then of version 4", async () => {
    const parsed = parseEnvelope(await write(snapshotOf(everything)));
    expect(parsed.version).toBe(4);
    expect(parsed.features).toEqual(
      "extensionParameterization hooks refreshBeforeUpdate replaceWith snippets-prototype taint views".split(
        " ",
      ),
    );
    expect(parseEnvelope(await write(snapshotOf({}))).version).toBe(3);
  });

  it("keeps snippets and strings that are not UTF-8, each a feature", async () => {
    const bytes = { "4dabf18193072939515e22adb298388d": "803fd3297a5875dc03ca845dda5d2a98", value: "/w==" };
    const snapshot = { ...snapshotOf({ inputs: { bytes } }), unknownFields: { snippets: [{ uuid: "1" }] } };
    const text = await write(snapshot);
    expect(parseEnvelope(text).features).toEqual(["byteString", "snippets-prototype"]);
    const read = await parseCheckpoint(text, base64Secrets);
    expect(read.unknownFields).toEqual(snapshot.unknownFields);
    expect(read.resources[0]?.inputs).toEqual({ bytes });
  });

  it("keeps pending operations, plugins and metadata", async () => {
    const snapshot: Snapshot = {
      ...snapshotOf(),
      manifest: { time: "2026-01-01T00:00:00Z", magic: "m", version: "v", plugins: [{ name: "a" }] },
      pendingOperations: [{ type: "creating", resource: resourceState({ urn, type: "t", custom: true }) }],
      metadata: { integrity_error: { version: "v3" } },
    };
    expect(await parseCheckpoint(await write(snapshot), base64Secrets)).toStrictEqual(snapshot);
  });

  it("gives an unwritten manifest the zero time of Go", async () => {
    expect(await write(snapshotOf())).toContain(
      '"manifest":{"time":"0001-01-01T00:00:00Z","magic":"","version":""}',
    );
  });

  it("keeps the ciphertext of a secret that did not change, and makes a new one for each other", async () => {
    let count = 0;
    const manager: SecretsManager = {
      record: { type: "b64", state: null },
      encrypt: async (text) => `${count++}|${text}`,
      decrypt: async (text) => text.slice(text.indexOf("|") + 1),
    };
    const texts = (text: string) => text.match(/"ciphertext":"\d/g)?.map((match) => match.at(-1));
    const first = await serializeCheckpoint(
      snapshotOf({ outputs: { a: new Secret("v"), b: new Secret("v") } }),
      reference,
      manager,
    );
    expect(texts(first)).toEqual(["0", "1"]);
    const loaded = await parseCheckpoint(first, manager);
    const changed = { ...loaded.resources[0]?.outputs, b: new Secret("w") };
    const resources = loaded.resources.map((resource) => ({ ...resource, outputs: changed }));
    expect(texts(await serializeCheckpoint({ ...loaded, resources }, reference, manager))).toEqual([
      "0",
      "2",
    ]);
    expect(texts(await serializeCheckpoint(loaded, reference, manager))).toEqual(["0", "1"]);
    expect(texts(await serializeCheckpoint(loaded, reference, manager))).toEqual(["0", "1"]);
  });

  it("opens the secrets manager only where there is a secret", async () => {
    const opened: string[] = [];
    const provider = {
      async open(record: { readonly type: string }) {
        opened.push(record.type);
        return base64Secrets;
      },
    };
    await parseCheckpoint(await write(snapshotOf({})), provider);
    await serializeCheckpoint(snapshotOf({}), reference, provider);
    expect(opened).toEqual([]);
    const text = await serializeCheckpoint(
      snapshotOf({ outputs: { a: new Secret(1) } }),
      reference,
      provider,
    );
    expect(text).toContain('"secrets_providers":{"type":"b64"}');
    await parseCheckpoint(text, provider);
    expect(opened).toEqual(["b64", "b64"]);
  });

  it("with secrets but no secrets provider is neither read nor written", async () => {
    const provider = { open: async () => base64Secrets };
    const bare = { ...snapshotOf({ outputs: { a: new Secret(1) } }), secretsProvider: undefined };
    await expect(serializeCheckpoint(bare, reference, provider)).rejects.toMatchObject({
      code: "no-secrets-manager",
    });
    const text = (await write(bare)).replace(/"secrets_providers":\{[^}]*\},/, "");
    await expect(parseCheckpoint(text, provider)).rejects.toMatchObject({ code: "no-secrets-manager" });
  });

  it("is read from an object and from indented text", async () => {
    const text = await write(snapshotOf({ inputs: { a: computed } }));
    const json = JSON.parse(text) as object;
    expect(await parseCheckpoint(json, base64Secrets)).toStrictEqual(
      await parseCheckpoint(text, base64Secrets),
    );
    const indented = JSON.stringify(json, null, 4);
    expect(await parseCheckpoint(indented, base64Secrets)).toStrictEqual(
      await parseCheckpoint(text, base64Secrets),
    );
  });
});

describe("older versions", () => {
  const resource = {
    urn,
    type: "t:m:R",
    custom: true,
    inputs: { a: 1 },
    dependencies: ["d"],
    defaults: { x: 1 },
  };

  it("1 and 2 get property dependencies for each input", async () => {
    for (const version of [1, 2]) {
      const { resources } = await parseCheckpoint(stateWith(resource, version), base64Secrets);
      expect(resources[0]?.propertyDependencies).toEqual({ a: ["d"] });
      expect(resources[0]?.unknownFields).toEqual({});
    }
  });

  it("without a version, and with pending operations, are read", async () => {
    const old = { latest: { resources: [resource], pending_operations: [{ resource, type: "updating" }] } };
    const snapshot = await parseCheckpoint(old, base64Secrets);
    expect(snapshot.resources).toHaveLength(1);
    expect(snapshot.pendingOperations[0]?.resource.propertyDependencies).toEqual({ a: ["d"] });
  });

  it("0 stands for a stack that was only just made", async () => {
    expect(freshCheckpoint(reference)).toBe('{"version":0,"checkpoint":{"stack":"organization/p/s"}}');
    expect(await parseCheckpoint(freshCheckpoint(reference), base64Secrets)).toEqual(emptySnapshot());
  });
});

describe("an export", () => {
  it("shows secrets in clear with indentation of four, and is read back", async () => {
    const snapshot = {
      ...snapshotOf({ outputs: { a: new Secret("v") }, taint: true }),
      pendingOperations: [
        { type: "creating" as const, resource: resourceState({ urn, type: "t", custom: true }) },
      ],
    };
    const text = serializeDeployment(snapshot);
    expect(text).toContain('"plaintext": "\\"v\\""');
    expect(text).toMatch(
      /^\{\n {4}"version": 4,\n {4}"features": \[\n {8}"taint"\n {4}\],\n {4}"deployment": \{/,
    );
    const read = await parseCheckpoint(text, base64Secrets);
    expect(read.resources).toStrictEqual(snapshot.resources);
  });

  it("without secrets repeats the file", async () => {
    const text = await write(snapshotOf({ inputs: { z: 1, a: [{}] }, taint: true }));
    const exported = JSON.parse(serializeExport(parseEnvelope(text))) as { readonly deployment: unknown };
    const file = JSON.parse(text) as { readonly checkpoint: { readonly latest: unknown } };
    expect(exported).toStrictEqual({ version: 4, features: ["taint"], deployment: file.checkpoint.latest });
  });

  it("of a fresh stack has no deployment", async () => {
    const text = serializeExport(parseEnvelope(freshCheckpoint(reference)));
    expect(JSON.parse(text)).toEqual({ version: 3, deployment: null });
    expect(await parseCheckpoint(text, base64Secrets)).toEqual(emptySnapshot());
  });
});

describe("a file that cannot be used", () => {
  const cases: readonly (readonly [string, string | object, string, string])[] = [
    ["is empty", "", "state-corrupt", "dev.json: the file is empty"],
    ["is cut off", '{"version":3,"chec', "state-corrupt", "is not valid JSON"],
    ["is not an object", "[]", "state-corrupt", "must hold a JSON object"],
    ["holds something else", "{}", "state-corrupt", "neither 'checkpoint' nor 'deployment'"],
    ["has a strange version", { version: "3" }, "state-corrupt", "version must be a whole number"],
    [
      "is of a newer version",
      { version: 5, checkpoint: {} },
      "state-too-new",
      "unsupported checkpoint version 5",
    ],
    [
      "needs newer features",
      { version: 4, features: ["taint", "magic"], checkpoint: {} },
      "state-unsupported-features",
      "needs support for the following features: magic",
    ],
    ["is too old an export", { version: 0, deployment: {} }, "state-too-old", "deployment is too old"],
    [
      "has a deployment that is none",
      { version: 3, deployment: [] },
      "state-corrupt",
      "deployment must be an object",
    ],
    [
      "has a latest that is none",
      { version: 3, checkpoint: { latest: 1 } },
      "state-corrupt",
      "latest must be",
    ],
    [
      "has resources that are no list",
      { version: 3, deployment: { resources: {} } },
      "state-corrupt",
      "a list",
    ],
    ["has a resource that is none", stateWith([]), "state-corrupt", "resources[0] must be an object"],
    [
      "has a field of the wrong type",
      stateWith({ urn, custom: "yes" }),
      "state-corrupt",
      `${urn}: custom must be`,
    ],
    [
      "has a list of the wrong type",
      stateWith({ urn, dependencies: [1] }),
      "state-corrupt",
      "dependencies[0]",
    ],
    [
      "has bad timeouts",
      stateWith({ urn, customTimeouts: { create: "5m" } }),
      "state-corrupt",
      "must be a number",
    ],
    [
      "has unknown hooks",
      stateWith({ urn, resourceHooks: { Never: [] } }),
      "state-corrupt",
      "hook type 'Never'",
    ],
    [
      "has an unknown pending operation",
      { version: 3, deployment: { pending_operations: [{ resource: {}, type: "dancing" }] } },
      "state-corrupt",
      "unknown type 'dancing'",
    ],
    [
      "has an endless number",
      '{"version":3,"deployment":{"extra":1e999}}',
      "state-corrupt",
      "number out of range",
    ],
  ];
  it.each(cases)("%s: says so, with its name", async (_what, source, code, message) => {
    const error: unknown = await parseCheckpoint(source, base64Secrets, "dev.json").catch((e: unknown) => e);
    expect(error).toBeInstanceOf(UserError);
    expect(error).toMatchObject({ code });
    expect((error as UserError).message).toContain(message);
    expect((error as UserError).message).toContain("dev.json: ");
  });

  it("tells what to do about a newer one", async () => {
    const error: unknown = await parseCheckpoint({ version: 9, deployment: {} }, base64Secrets).catch(
      (e: unknown) => e,
    );
    expect((error as UserError).help).toContain("newer release");
    expect(() => parseEnvelope("nonsense", "x.json")).toThrow("x.json: ");
  });

  it("never does more harm than a typed error", async () => {
    const state = await write(snapshotOf(everything));
    const hostile = fc.oneof(
      fc.json(),
      fc.jsonValue().map((deployment) => JSON.stringify({ version: 3, deployment })),
      fc.jsonValue().map((resource) => JSON.stringify(stateWith([resource]))),
      fc.nat(state.length).map((length) => state.slice(0, length)),
      fc
        .tuple(fc.nat(state.length - 1), fc.nat(7))
        .map(
          ([at, bit]) =>
            state.slice(0, at) + String.fromCharCode(state.charCodeAt(at) ^ (1 << bit)) + state.slice(at + 1),
        ),
    );
    await fc.assert(
      fc.asyncProperty(hostile, async (text) => {
        const outcome: unknown = await parseCheckpoint(text, base64Secrets).catch((error: unknown) => error);
        if (outcome instanceof Error) expect(outcome).toBeInstanceOf(UserError);
      }),
      { numRuns: 500 },
    );
  });

  it("nested without end is refused", async () => {
    const nested = "[".repeat(100_000) + "]".repeat(100_000);
    const text = `{"version":3,"deployment":{"strange":${nested}}}`;
    await expect(parseCheckpoint(text, base64Secrets)).rejects.toMatchObject({ code: "state-corrupt" });
  });
});
