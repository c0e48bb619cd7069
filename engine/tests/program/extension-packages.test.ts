import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { toExtension } from "../../src/program/packages.ts";
import type { ProgramSource } from "../../src/program/program-source.ts";
import type { Provider } from "../../src/providers/provider.ts";
import { extensionsOf } from "../../src/state/extensions.ts";
import { base64Secrets } from "../../src/state/memory-store.ts";
import { fakeHost, fakeProvider, memoryStore, type TestRun, TestStack } from "../../src/testing/index.ts";
import {
  functionProgram,
  type MonitorClient,
  registerMessage,
  resource,
  structOf,
} from "./monitor-client.ts";

type Ref = InstanceType<typeof resource.RegisterPackageResponse>;

const BLOB = new TextEncoder().encode("blob-a");

async function registerExtension(client: MonitorClient, name: string): Promise<string> {
  const extension = new resource.Parameterization().setName(name).setVersion("1.0.0").setValue(BLOB);
  const request = new resource.RegisterPackageRequest().setName("fake").setVersion("2.0.0");
  return (await client.ask<Ref>("registerPackage", request.setExtension$(extension))).getRef();
}

/** A cloud whose provider must be extended before it does anything else; notes what it is told. */
function setUp(functions: Partial<Provider> = {}) {
  const calls: string[] = [];
  const make = () => {
    const known = new Set<string>();
    const note = (call: string) => {
      if (!known.has("ext-a")) throw new Error(`${call} before the provider was extended`);
      calls.push(call);
    };
    return fakeProvider({
      async parameterize({ name, version, value }) {
        known.add(name);
        calls.push(`extend ${name} ${version} ${new TextDecoder().decode(value)}`);
      },
      create: async ({ name, inputs }) => {
        note(`create ${name}`);
        return { id: `${name}-id`, outputs: inputs };
      },
      delete: async ({ name }) => note(`delete ${name}`),
      read: async ({ name, id, inputs, state }) => {
        note(`read ${name}`);
        return { id, inputs, outputs: state };
      },
      invoke: async ({ token, args }) => {
        note(`invoke ${token}`);
        return { result: args, failures: [] };
      },
      ...functions,
    });
  };
  const store = memoryStore({ organization: "organization", project: "proj", stack: "test" });
  const stack = new TestStack({ store, providers: fakeHost({ fake: make }) });
  return { stack, store, takeCalls: () => calls.splice(0) };
}

const program = (names: readonly string[], refs: string[] = []): ProgramSource =>
  functionProgram(async (client) => {
    const ref = await registerExtension(client, "ext-a");
    refs.push(ref, await registerExtension(client, "ext-a"), await registerExtension(client, "ext-b"));
    for (const name of names) await client.register(registerMessage("fake:m:Typ", name).setPackageref(ref));
  });
const refOf = (run: TestRun, name: string) =>
  run.snapshot.resources.find(({ urn }) => urn.endsWith(`::${name}`))?.unknownFields["extensionRef"];

describe("a package that extends another", () => {
  it("is brought by an import, which records it", async () => {
    const { stack, takeCalls } = setUp();
    const used = toExtension({ name: "ext-a", version: "1.0.0", value: BLOB });
    const none = { parent: undefined, provider: undefined, version: "", pluginDownloadURL: "" };
    const kind = { properties: undefined, component: false, remote: false, protect: false };
    const a = { type: "fake:m:Typ", name: "a", id: "a-1", ...none, ...kind, extension: used };
    const extended = `extend ext-a 1.0.0 ${new TextDecoder().decode(BLOB)}`;
    const preview = await stack.run("import", { imports: [a], preview: true }, {});
    expect(preview.told).toEqual([]);
    expect(takeCalls()).toEqual([extended, "read a"]);

    const imports = [a, { ...a, name: "b", id: "b-1" }];
    const run = await stack.run("import", { imports }, {});
    expect(run.told).toEqual([]);
    expect(takeCalls().sort()).toEqual([extended, "read a", "read b"]);
    expect([refOf(run, "a"), refOf(run, "b")]).toEqual([used.ref, used.ref]);
    expect(run.snapshot.unknownFields["extensions"]).toEqual({ [used.ref]: used.extension });

    expect((await stack.destroy()).told).toEqual([]);
    expect(takeCalls()).toEqual([extended, "delete a", "delete b"]);
  });

  it("extends the provider once, before its resources; both are recorded", async () => {
    const { stack, store, takeCalls } = setUp();
    const refs: string[] = [];
    const run = await stack.up(program(["a", "b"], refs));
    expect(run.told).toEqual([]);
    expect(takeCalls()).toEqual(["extend ext-a 1.0.0 blob-a", "create a", "create b"]);
    const [ref = "", same, other] = refs;
    expect(ref).toBe(createHash("sha256").update(["ext-a", "1.0.0", "blob-a"].join("\0")).digest("hex"));
    expect(same).toBe(ref);
    expect(other).not.toBe(ref);
    expect([refOf(run, "a"), refOf(run, "b")]).toEqual([ref, ref]);
    const value = Buffer.from(BLOB).toString("base64");
    expect(extensionsOf(run.snapshot)).toEqual({ [ref]: { name: "ext-a", version: "1.0.0", value } });
    expect(JSON.parse(store.text)).toMatchObject({ version: 4, features: ["extensionParameterization"] });
  });

  it("is taken from the state where no program speaks of it", async () => {
    const { stack, takeCalls } = setUp();
    await stack.up(program(["a", "b"]));
    takeCalls();
    await stack.refresh();
    expect(takeCalls()).toEqual(["extend ext-a 1.0.0 blob-a", "read a", "read b"]);
    await stack.up(program(["a"]));
    expect(takeCalls()).toEqual(["extend ext-a 1.0.0 blob-a", "delete b"]);
    const gone = await stack.destroy();
    expect(takeCalls()).toEqual(["extend ext-a 1.0.0 blob-a", "delete a"]);
    expect(gone.snapshot.unknownFields).toEqual({});
  });

  it("serves functions and reads, too", async () => {
    const { stack, takeCalls } = setUp();
    const run = await stack.up(
      functionProgram(async (client) => {
        const ref = await registerExtension(client, "ext-a");
        const call = new resource.ResourceInvokeRequest().setTok("fake:m:f").setPackageref(ref);
        await client.ask("invoke", call.setArgs(structOf({})));
        const read = new resource.ReadResourceRequest().setType("fake:m:Typ").setName("r").setId("id");
        await client.ask("readResource", read.setPackageref(ref).setProperties(structOf({})));
      }),
    );
    expect(run.told).toEqual([]);
    expect(takeCalls()).toEqual(["extend ext-a 1.0.0 blob-a", "invoke fake:m:f", "read r"]);
  });

  it("needs a provider that can be extended", async () => {
    const { stack } = setUp();
    const plain = new TestStack({ providers: fakeHost({ fake: fakeProvider() }) });
    let details = "";
    const body = functionProgram(async (client) => {
      const ref = await registerExtension(client, "ext-a");
      const failed = client.register(registerMessage("fake:m:Typ", "a").setPackageref(ref));
      details = await failed.then(
        () => "",
        (error: { details: string }) => error.details,
      );
    });
    await plain.up(body);
    expect(details).toBe("the provider 'fake' cannot be extended with 'ext-a'");
    await stack.up(program(["a"]));
  });

  it("that is missing in the state is told by its reference", async () => {
    const { stack, store } = setUp();
    await stack.up(program(["a"]));
    const json = JSON.parse(store.text) as { checkpoint: { latest: { extensions?: unknown } } };
    delete json.checkpoint.latest.extensions;
    const reference = { organization: "organization", project: "proj", stack: "test" };
    const broken = memoryStore(reference, base64Secrets, JSON.stringify(json));
    const run = await stack.destroy({}, { store: broken });
    expect(run.result).toBe("failed");
    expect(run.told[0]).toMatch(
      /^extension blob for [0-9a-f]{64} \(resource urn:.*::a\) not found in snapshot$/,
    );
  });
});
