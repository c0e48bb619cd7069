import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { nodeProgram } from "../../src/program/node-program.ts";
import { Secret } from "../../src/protocol/property-value.ts";
import { fakeHost, fakeProvider, type TestRun, TestStack } from "../../src/testing/index.ts";
import { type Project, writeProject } from "./run-program.ts";

/** The program does what STEP says: one project serves all cases. */
const PROGRAM = `
const pulumi = require("@pulumi/pulumi");
const step = process.env.STEP;
const say = (text) => pulumi.log.info(text);
class Thing extends pulumi.CustomResource {
  constructor(name, props, opts) { super("fake:index:Thing", name, { size: undefined, ...props }, opts); }
}
class Group extends pulumi.ComponentResource {
  constructor(name, opts) {
    super("shop:index:Group", name, {}, opts);
    this.child = new Thing(name + "-child", { trail: "" }, { parent: this, transforms: [mark("c")] });
    this.registerOutputs({ trail: this.child.trail });
  }
}
const mark = (name) => ({ props, opts, type }) =>
  type === "fake:index:Thing" ? { props: { ...props, trail: (props.trail || "") + name }, opts } : undefined;
const hook = (name, opts) => new pulumi.ResourceHook(name, async (args) => {
  await new Promise(setImmediate);
  say(name + " " + JSON.stringify({ id: args.id, new: args.newInputs && args.newInputs.size, old: args.oldInputs && args.oldInputs.size }));
  if (step === "refuses") throw new Error("the hook refuses");
}, opts);
const hooks = () => ({
  beforeCreate: [hook("bc", { onDryRun: true })], afterCreate: [hook("ac")], beforeUpdate: [hook("bu")],
  afterUpdate: [hook("au")], beforeDelete: [hook("bd")], afterDelete: [hook("ad")],
});

if (step === "order") {
  pulumi.runtime.registerResourceTransform(mark("s1"));
  pulumi.runtime.registerResourceTransform(mark("s2"));
  new Group("g", { transforms: [mark("g"), () => undefined] });
}
if (step === "options") {
  const first = new Thing("first", { size: 1 });
  const other = new Thing("other", { size: 2 });
  const transform = ({ props, opts }) => ({
    props: { ...props, secret: pulumi.secret("tiger"), size: 3 },
    opts: { ...opts, protect: true, ignoreChanges: ["colour"], aliases: [{ name: "before" }], dependsOn: [other],
      retainOnDelete: true, additionalSecretOutputs: ["size"], customTimeouts: { create: "5m" }, version: "9.9.9",
      replaceOnChanges: ["size"], deletedWith: first, replaceWith: [first], hooks: { afterCreate: [() => say("late hook")] } },
  });
  new Thing("changed", { size: pulumi.secret(1), from: first.id }, { transforms: [transform] });
  new Thing("kept", { size: pulumi.secret(1), from: first.id }, { transforms: [() => undefined] });
}
if (step === "fails") {
  new Thing("a", {}, { transforms: [() => { throw new Error("no such luck"); }] });
}
if (step === "invoke") {
  pulumi.runtime.registerInvokeTransform(({ args, opts }) => ({ args: { ...args, size: 7 }, opts }));
  pulumi.runtime.registerInvokeTransform(() => undefined);
  module.exports = { answer: pulumi.runtime.invoke("fake:index:measure", { colour: "red" }) };
}
if (step === "invoke fails") {
  pulumi.runtime.registerInvokeTransform(() => { throw new Error("no measure"); });
  module.exports = { answer: pulumi.runtime.invoke("fake:index:measure", {}) };
}
if (step === "hooks" || step === "refuses") new Thing("a", { size: Number(process.env.SIZE) }, { hooks: hooks() });
if (step === "no more") { hooks(); }
if (step === "twice") { hook("same"); hook("same"); new Thing("a", {}); }
if (step === "retry") {
  const again = new pulumi.ErrorHook("again", (args) => { say(args.failedOperation + ": " + args.errors.join()); return args.errors.length < 3; });
  new Thing("a", {}, { hooks: { onError: [again] } });
}
if (step === "gone") {
  new Thing("a", {}, { hooks: { beforeCreate: [() => process.kill(process.pid, "SIGKILL")] } });
}
if (step === "ends") {
  const never = () => new Promise(() => { setImmediate(() => process.exit(3)); });
  new Thing("a", {}, { hooks: { afterCreate: [never] } });
}
`;

describe("a program's transforms and hooks", () => {
  let project: Project;
  beforeAll(async () => {
    project = await writeProject({
      "index.js": PROGRAM,
      "package.json": '{"name":"shop","main":"index.js"}',
    });
  });
  afterAll(() => project.remove());

  const at = (STEP: string, SIZE = 1) => {
    const { directory } = project;
    const env = { ...process.env, STEP, SIZE: String(SIZE) };
    const runtimeOptions = { typescript: false };
    return nodeProgram({ root: directory, directory, entry: ".", runtimeOptions, env });
  };
  const newStack = (functions: Parameters<typeof fakeProvider>[0] = {}) => {
    const invoke = functions.invoke ?? (async ({ args }) => ({ result: args, failures: [] }));
    return new TestStack({ providers: fakeHost({ fake: () => fakeProvider({ ...functions, invoke }) }) });
  };
  const find = (run: TestRun, name: string) => {
    return run.snapshot.resources.find(({ urn }) => urn.endsWith(`::${name}`));
  };
  const said = (run: TestRun) =>
    run.events.flatMap((e) =>
      e.kind === "diagnostic" && e.diagnostic.severity === "info" ? [e.diagnostic.message.trimEnd()] : [],
    );

  it("run own first, then those of the component, then the stack's", async () => {
    const run = await newStack().up(at("order"));
    expect(run.told).toEqual([]);
    expect(find(run, "g-child")?.inputs).toMatchObject({ trail: "cgs1s2" });
    expect(find(run, "g")?.inputs).toEqual({});
    expect(find(run, "g")?.outputs).toEqual({ trail: "cgs1s2" });
  });

  it("may change properties and options, and keep secrets and dependencies where they change nothing", async () => {
    const run = await newStack().up(at("options"));
    expect(run.told).toEqual([]);
    const first = find(run, "first")?.urn ?? "";
    const other = find(run, "other")?.urn ?? "";
    const changed = find(run, "changed");
    expect(changed).toMatchObject({
      inputs: { secret: new Secret("tiger"), size: 3, from: "first-id" },
      protect: true,
      retainOnDelete: true,
      ignoreChanges: ["colour"],
      replaceOnChanges: ["size"],
      additionalSecretOutputs: ["size"],
      customTimeouts: { create: 300 },
      dependencies: [other],
      propertyDependencies: { secret: [], size: [], from: [] },
      deletedWith: first,
      replaceWith: [first],
      resourceHooks: { AfterCreate: ["changed_afterCreate_0"] },
    });
    expect(changed?.provider).toContain("::default_9_9_9::");
    expect(said(run)).toEqual(["late hook"]);
    expect(find(run, "kept")).toMatchObject({
      inputs: { size: new Secret(1), from: "first-id" },
      dependencies: [first],
      propertyDependencies: { size: [], from: [first] },
    });
  });

  it("that fail fail the program, which says why", async () => {
    const run = await newStack().up(at("fails"));
    expect(run.result).toBe("failed");
    expect(run.told.join("\n")).toContain(
      "invoke transform: rpc error: code = Unknown desc = transform failed: Error: no such luck",
    );
    expect(find(run, "a")).toBeUndefined();
  });

  it("change the arguments of function calls", async () => {
    const run = await newStack().up(at("invoke"));
    expect(run.told).toEqual([]);
    expect(find(run, "proj-test")?.outputs).toEqual({ answer: { colour: "red", size: 7 } });
  });

  it("of function calls that fail fail the call", async () => {
    const run = await newStack().up(at("invoke fails"));
    expect(run.result).toBe("failed");
    expect(run.told.join("\n")).toContain("transform failed: Error: no measure");
  });

  it("run around create, update and delete; in previews only where they say so", async () => {
    const stack = newStack();
    expect(said(await stack.preview(at("hooks")))).toEqual(['bc {"id":"","new":1}']);
    expect(said(await stack.up(at("hooks")))).toEqual(['bc {"id":"","new":1}', 'ac {"id":"a-id","new":1}']);
    expect(said(await stack.up(at("hooks", 2)))).toEqual([
      'bu {"id":"a-id","new":2,"old":1}',
      'au {"id":"a-id","new":2,"old":1}',
    ]);
    const refused = await stack.up(at("refuses", 3));
    expect(refused.told).toEqual(['before hook "bu" failed: the hook refuses', "update failed"]);
    expect(find(refused, "a")?.inputs).toMatchObject({ size: 2 });
    const last = await stack.up(at("no more"));
    expect(said(last)).toEqual(['bd {"id":"a-id","old":2}', 'ad {"id":"a-id","old":2}']);
    expect(find(last, "a")).toBeUndefined();
  });

  it("of one name are an error of the program", async () => {
    const run = await newStack().up(at("twice"));
    expect(run.result).toBe("failed");
    expect(run.told.join("\n")).toContain('resource hook already registered for name "same"');
  });

  it("may ask for another attempt", async () => {
    let attempts = 0;
    const stack = newStack({
      create: async ({ name, inputs }) => {
        attempts += 1;
        if (attempts < 3) throw new Error(`attempt ${attempts}`);
        return { id: `${name}-id`, outputs: inputs };
      },
    });
    const run = await stack.up(at("retry"));
    expect(run.result).toBe("succeeded");
    expect(said(run)).toEqual(["create: attempt 1", "create: attempt 2,attempt 1"]);
  });

  it("that take the program with them fail the step with a reason", async () => {
    const run = await newStack().up(at("gone"));
    expect(run.result).toBe("failed");
    const told = run.told.join("\n");
    expect(told).toContain(
      'before hook "fake:index:Thing_a_beforeCreate_0" failed: rpc error: code = Unavailable',
    );
    expect(told).toMatch(/the program does not answer at 127\.0\.0\.1:\d+, where its hooks and transforms/);
    expect(find(run, "a")).toBeUndefined();
  });

  it("that never end do not outlive the program", async () => {
    const run = await newStack().up(at("ends"));
    expect(run.result).toBe("failed");
    expect(run.told.join("\n")).toContain(
      'after hook "fake:index:Thing_a_afterCreate_0" failed: rpc error: code = Unavailable',
    );
    expect(find(run, "a")?.id).toBe("a-id");
  });
});
