import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ProviderError } from "../../src/errors.ts";
import {
  Archive,
  Asset,
  computed,
  type PropertyMap,
  ResourceReference,
  Secret,
} from "../../src/protocol/property-value.ts";
import { DEFAULT_DEADLINES } from "../../src/providers/plugin-deadlines.ts";
import { PartialFailure } from "../../src/providers/provider.ts";
import { FAKE_PROVIDER, launch, temporaryDirectory, writeScript } from "./plugin-fixtures.ts";

const TYPE = "fake:index:Thing";
const at = (name: string) => ({ urn: `urn:pulumi:dev::p::${TYPE}::${name}`, name, type: TYPE });
const PROVIDER = {
  urn: "urn:pulumi:dev::p::pulumi:providers:fake::default",
  name: "default",
  type: "pulumi:providers:fake",
};

async function configured(overrides: Parameters<typeof launch>[1] = {}) {
  const launched = await launch(FAKE_PROVIDER, overrides);
  const capabilities = await launched.provider.configure({
    ...PROVIDER,
    id: "1",
    inputs: { version: "1.0.0" },
  });
  return { ...launched, capabilities };
}

function create(inputs: PropertyMap, preview = false) {
  return { ...at("a"), inputs, timeout: 0, preview };
}

function change(oldInputs: PropertyMap, newInputs: PropertyMap) {
  const oldOutputs = { ...oldInputs, out: "a:1", serial: 1 };
  return { ...at("a"), id: "a-1", oldInputs, oldOutputs, newInputs, ignoreChanges: [] as string[] };
}

describe("a plugin process", () => {
  it("tells in the handshake what it can do", async () => {
    const { capabilities } = await configured();
    expect(capabilities).toEqual({
      acceptSecrets: true,
      acceptResources: true,
      acceptOutputs: true,
      acceptByteStrings: false,
      supportsPreview: true,
      supportsAutonaming: false,
    });
  });

  it("creates, updates, reads and deletes", async () => {
    const { provider, cloud } = await configured();
    const made = await provider.create(create({ value: 1, s: new Secret("x") }));
    expect(made).toEqual({
      id: "a-1",
      outputs: { value: 1, s: new Secret("x"), out: "a:1", serial: 1 },
      refreshBeforeUpdate: false,
    });
    const update = { ...change({ value: 1 }, { value: 2 }), timeout: 0, preview: false };
    expect((await provider.update(update)).outputs).toEqual({ value: 2, out: "a:2", serial: 2 });
    const read = { ...at("a"), id: "a-1", inputs: {}, state: {}, timeout: 0 };
    expect(await provider.read(read)).toEqual({
      id: "a-1",
      inputs: { value: 2 },
      outputs: { value: 2, out: "a:2", serial: 2 },
      refreshBeforeUpdate: false,
    });
    await provider.delete({ ...at("a"), id: "a-1", oldInputs: {}, oldOutputs: {}, timeout: 0 });
    expect(await provider.read(read)).toBeUndefined();
    const objects = (await readdir(cloud)).filter((file) => file.endsWith(".json"));
    expect(objects).toEqual([]);
  });

  it("checks and compares", async () => {
    const { provider } = await configured();
    const news = { defaultTag: true, named: true, failCheck: "no" };
    const randomSeed = new Uint8Array(32).fill(0xab);
    const checked = await provider.check({
      ...at("a"),
      olds: {},
      news,
      randomSeed,
      autonaming: undefined,
      preview: false,
    });
    expect(checked).toEqual({
      inputs: { ...news, tag: "default", physName: "a-abababa" },
      failures: [{ property: "failCheck", reason: "no" }],
      ignoresAutonaming: false,
    });
    const diff = await provider.diff(
      change({ value: 1, gone: 1, k: 1 }, { value: 2, k: 2, replaceOn: ["k"] }),
    );
    expect(diff).toMatchObject({
      changes: "some",
      replaceKeys: ["k"],
      deleteBeforeReplace: false,
      detailedDiff: {
        value: { kind: "update", inputDiff: true },
        gone: { kind: "delete", inputDiff: true },
        k: { kind: "update-replace", inputDiff: true },
        replaceOn: { kind: "add", inputDiff: true },
      },
    });
    expect(await provider.diff(change({ v: 1 }, { v: 1, detailed: false }))).toMatchObject({
      detailedDiff: undefined,
    });
    expect(await provider.diff(change({ v: 1 }, { v: 2, diffUnknown: true }))).toMatchObject({
      changes: "unknown",
    });
    expect(await provider.diff(change({ v: 1 }, { v: 1 }))).toMatchObject({ changes: "none" });
  });

  it("checks and compares its own configuration", async () => {
    const { provider } = await configured();
    const { urn } = PROVIDER;
    const checked = await provider.checkConfig({
      urn,
      olds: {},
      news: { bad: new Secret("x") },
      preview: false,
    });
    expect(checked).toEqual({
      inputs: { bad: new Secret("x") },
      failures: [{ property: "bad", reason: "bad provider configuration" }],
    });
    const request = {
      urn,
      oldInputs: { region: "a" },
      oldOutputs: {},
      newInputs: { region: "b" },
      ignoreChanges: [],
    };
    expect(await provider.diffConfig(request)).toMatchObject({ changes: "some", replaceKeys: ["region"] });
  });

  it("answers functions, and says which arguments it refuses", async () => {
    const { provider } = await configured();
    const reference = new ResourceReference("urn:x", "1", "");
    const answer = await provider.invoke({
      token: "fake:index:lookup",
      args: { a: 1, reference },
      preview: false,
    });
    expect(answer).toEqual({
      result: { echo: { a: 1, reference }, answer: 42, secretAnswer: new Secret("sesame") },
      failures: [],
    });
    const refused = await provider.invoke({
      token: "fake:index:lookup",
      args: { reject: "no" },
      preview: false,
    });
    expect(refused.failures).toEqual([{ property: "reject", reason: "no" }]);
    await expect(provider.invoke({ token: "fake:index:fail", args: {}, preview: false })).rejects.toThrow(
      "the function failed",
    );
  });

  it("carries unknowns in previews only", async () => {
    const { provider } = await configured();
    expect((await provider.create(create({ value: computed }, true))).outputs).toEqual({
      value: computed,
      out: computed,
      serial: computed,
    });
    const update = { ...change({ value: 1 }, { value: computed }), timeout: 0, preview: true };
    expect((await provider.update(update)).outputs).toMatchObject({ out: computed });
  });

  it("keeps secrets by name where the provider does not keep them", async () => {
    const { provider } = await configured({ env: { FAKE_NO_SECRETS: "1" } });
    const inputs = {
      s: new Secret("x"),
      nested: { a: new Secret(1), b: 2 },
      list: [new Secret(1)],
      plain: 1,
    };
    const { outputs } = await provider.create(create(inputs));
    expect(outputs).toMatchObject({
      s: new Secret("x"),
      nested: { a: new Secret(1), b: 2 },
      list: new Secret([1]),
      plain: 1,
    });
    const answer = await provider.invoke({
      token: "fake:index:lookup",
      args: { s: new Secret(1) },
      preview: false,
    });
    expect(answer.result).toEqual({
      echo: new Secret({ s: 1 }),
      answer: new Secret(42),
      secretAnswer: new Secret("sesame"),
    });
    const failed = provider.create(create({ initError: new Secret("still starting") }));
    await expect(failed).rejects.toMatchObject({ outputs: { initError: new Secret("still starting") } });
  });

  it("tells the provider of recorded assets only the hash, and puts an echo's source back", async () => {
    const { provider } = await configured();
    const asset = new Asset({ text: "one" }, "hash-1");
    const archive = new Archive({ assets: { a: asset } }, "hash-2");
    const inputs = {
      asset,
      archive,
      list: [new Secret(asset)],
      empty: new Asset({ text: "" }, "hash-0"),
      u: { uri: new Asset({ uri: "x:y" }, "") },
    };
    const diff = await provider.diff(change({ asset }, { asset: new Asset({ text: "two" }, "hash-3") }));
    expect(Object.keys(diff.detailedDiff ?? {})).toEqual(["asset.hash"]);
    const made = await provider.create(create(inputs));
    expect(made.outputs).toMatchObject(inputs);
    const update = { ...change(made.outputs, inputs), id: made.id, timeout: 0, preview: false };
    expect((await provider.update(update)).outputs).toMatchObject(inputs);
    const elided = {
      asset: new Asset({ text: "" }, "hash-1"),
      archive: new Archive({ assets: {} }, "hash-2"),
      list: [new Secret(new Asset({ text: "" }, "hash-1"))],
    };
    const echo = await provider.create({ ...create(elided), name: "echo", urn: at("echo").urn });
    const read = await provider.read({ ...at("echo"), id: echo.id, inputs, state: {}, timeout: 0 });
    expect(read).toMatchObject({ inputs: { asset, archive, list: [new Secret(asset)] }, outputs: { asset } });
    const unknown = await provider.read({ ...at("echo"), id: echo.id, inputs: {}, state: {}, timeout: 0 });
    expect(unknown?.inputs).toEqual(elided);
    const other = await provider.read({
      ...at("echo"),
      id: echo.id,
      inputs: { x: new Asset({ path: "p" }, "h") },
      state: {},
      timeout: 0,
    });
    expect(other?.inputs).toEqual(elided);
  });

  it("reports a refusal with the provider's words and an unknown status", async () => {
    const { provider } = await configured();
    const error = await provider
      .create(create({ failCreate: "quota exceeded" }))
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ProviderError);
    expect(error).toMatchObject({ message: "quota exceeded", status: "unknown", unimplemented: false });
  });

  it("reports an object that was made but is not ready", async () => {
    const { provider } = await configured();
    const error = await provider
      .create(create({ initError: "still starting" }))
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(PartialFailure);
    expect(error).toMatchObject({
      message: "1 error occurred:\n\t* still starting\n\n",
      id: "a-1",
      outputs: { initError: "still starting", out: "a:", serial: 1 },
      inputs: { initError: "still starting" },
      reasons: ["still starting"],
    });
  });

  it("gives what it prints to the listener, for debugging", async () => {
    const dir = await temporaryDirectory();
    const script = await writeScript(
      join(dir, "noisy"),
      `#!/bin/sh\necho warming up >&2\nexec ${FAKE_PROVIDER} "$@"\n`,
    );
    const { provider, outputs } = await launch(script);
    await provider.close();
    expect(outputs).toEqual([{ severity: "debug", message: "warming up\n", streamId: expect.any(Number) }]);
  });
});

describe("a plugin that ends by itself", () => {
  it("fails the calls in flight and all later ones, and is reported at the end", async () => {
    const { provider, outputs } = await configured();
    const slow = provider.create(create({ slowMs: 60_000 }));
    const crash = provider.create(create({ crash: true }));
    const eof = { message: "error reading from server: EOF", status: "ok" };
    await expect(crash).rejects.toMatchObject(eof);
    await expect(slow).rejects.toMatchObject(eof);
    await expect(provider.create(create({}))).rejects.toMatchObject(eof);
    expect(outputs).toEqual([]);
    await provider.close();
    await provider.close();
    expect(outputs).toEqual([
      {
        severity: "error",
        message:
          `Detected that ${FAKE_PROVIDER} exited prematurely. \n` +
          "       This is *always* a bug in the provider. Please report the issue to the provider author as appropriate.\n" +
          "       To assist with debugging we have dumped the STDOUT and STDERR streams of the plugin:\n",
        streamId: expect.any(Number),
      },
    ]);
  });

  it("is not reported when it was asked to cancel", async () => {
    const { provider, outputs } = await configured();
    await provider.cancel();
    await expect(provider.create(create({ crash: true }))).rejects.toThrow("EOF");
    await provider.close();
    expect(outputs).toEqual([]);
  });
});

describe("closing a plugin", () => {
  /** A zombie that nobody has buried yet is dead. */
  const isAlive = async (pid: number) => {
    const status = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
    return status !== "" && !/\) Z /.test(status);
  };

  it("ends one that ignores signals, and what it has started", async () => {
    const dir = await temporaryDirectory();
    const wrapper = [
      "#!/bin/sh",
      "trap '' INT",
      `sleep 600 & echo $! > ${dir}/child`,
      `echo $$ > ${dir}/self`,
      `(trap - INT; exec ${FAKE_PROVIDER} "$@") &`,
      "wait; wait; sleep 600",
    ].join("\n");
    const script = await writeScript(join(dir, "stubborn"), wrapper);
    const { provider } = await launch(script, { deadlines: { ...DEFAULT_DEADLINES, shutdown: 300 } });
    const pids = await Promise.all(
      ["child", "self"].map(async (name) => Number(await readFile(join(dir, name), "utf8"))),
    );
    expect(await Promise.all(pids.map(isAlive))).toEqual([true, true]);
    await provider.close();
    expect(await Promise.all(pids.map(isAlive))).toEqual([false, false]);
  });
});

describe("a file that is no working plugin", () => {
  const script = async (text: string) =>
    writeScript(join(await temporaryDirectory(), "pulumi-resource-fake"), text);

  it.each([
    [
      "prints garbage",
      "#!/bin/sh\necho hello world\nsleep 60\n",
      /wrote an invalid port to stdout: could not parse port: "hello world"/,
    ],
    ["prints a port out of range", "#!/bin/sh\necho 70000\n", /invalid port .*"70000"/],
    [
      "prints without end",
      "#!/bin/sh\nhead -c 10000 /dev/zero | tr '\\0' x; sleep 60\n",
      /invalid port .*"xxx/,
    ],
    ["ends at once", "#!/bin/sh\nexit 3\n", /could not read plugin \[.*\]: exit status 3/],
    ["ends well but says nothing", "#!/bin/sh\nexit 0\n", /could not read plugin \[.*\]: EOF/],
    ["is killed", "#!/bin/sh\nkill -9 $$\n", /could not read plugin \[.*\]: signal SIGKILL/],
    ["never says its port", "#!/bin/sh\nsleep 60\n", /did not print its port within 0.5 s/],
    ["does not serve", "#!/bin/sh\necho 1\nsleep 60\n", /did not begin responding to RPC connections/],
    ["is not executable code", "no code\n", /exec format error|could not read plugin/],
    ["has no interpreter", "#!/nowhere/interpreter\n", /failed to load plugin .*: no such file or directory/],
  ])("that %s is one clear error", async (_, text, message) => {
    const path = await script(text);
    const deadlines = { ...DEFAULT_DEADLINES, port: 500, ready: 500, shutdown: 200 };
    await expect(launch(path, { deadlines })).rejects.toMatchObject({
      name: "UserError",
      code: "plugin-failed",
      message: expect.stringMatching(message),
    });
  });

  it("that may not be executed is told how to mend", async () => {
    const dir = await temporaryDirectory();
    await expect(launch(dir)).rejects.toMatchObject({
      code: "plugin-failed",
      message: `failed to load plugin ${dir}: permission denied`,
      help: `Make it executable: chmod +x ${dir}`,
    });
  });

  it("shows what the plugin had to say", async () => {
    const path = await script("#!/bin/sh\necho missing library >&2\nexit 1\n");
    await expect(launch(path)).rejects.toMatchObject({ help: "The plugin wrote:\nmissing library" });
  });
});
