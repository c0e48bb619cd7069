import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DeploymentStopped } from "../../src/execute/goal.ts";
import type { InProcessProgram } from "../../src/execute/in-process-program.ts";
import { emptyGoal } from "../../src/program/empty-goal.ts";
import { nodeProgram } from "../../src/program/node-program.ts";
import type { ProgramSource } from "../../src/program/program-source.ts";
import { fakeHost, fakeProvider, TestStack } from "../../src/testing/index.ts";
import { empty, MonitorClient, registerMessage } from "./monitor-client.ts";
import { type Project, writeProject } from "./run-program.ts";

/** The program does what STEP says: one project serves all cases. */
const PROGRAM = `
const pulumi = require("@pulumi/pulumi");
const step = process.env.STEP;
class Thing extends pulumi.CustomResource {
  constructor(name, props, opts) { super("fake:index:Thing", name, props || {}, opts); }
}
const never = new Promise(() => {});
const hooks = process.env.HOOKS ? { hooks: { afterDelete: [new pulumi.ResourceHook("ad", () => undefined)] } } : {};
if (step === "whole") { new Thing("a"); new Thing("b"); }
if (step === "less") new Thing("a", {}, hooks);
if (step === "unsettled") module.exports = async () => { new Thing("a"); await never; new Thing("b"); };
if (step === "stuck") { new Thing("a"); new Thing("b", { x: never }); }
if (step === "leaves") { new Thing("a"); new Thing("b"); setImmediate(() => process.exit(0)); }
`;

describe("a program that ends without having registered everything", () => {
  let project: Project;
  beforeAll(async () => {
    const manifest = '{"name":"shop","main":"index.js"}';
    project = await writeProject({ "index.js": PROGRAM, "package.json": manifest });
  });
  afterAll(() => project.remove());

  const at = (STEP: string, HOOKS = "") => {
    const { directory } = project;
    const env = { ...process.env, STEP, HOOKS };
    return nodeProgram({
      root: directory,
      directory,
      entry: ".",
      runtimeOptions: { typescript: false },
      env,
    });
  };
  /** A stack on which the whole program has run. */
  const begin = async () => {
    const deleted: string[] = [];
    const provider = fakeProvider({ delete: async ({ name }) => void deleted.push(name) });
    const stack = new TestStack({ providers: fakeHost({ fake: () => provider }) });
    await stack.up(at("whole"));
    return { stack, deleted };
  };

  it.each([
    // A top-level promise that nobody settles: Node ends with exit code 0.
    ["unsettled", "the program ended before its stack was complete"],
    // An input that nobody settles: the SDK says that it is done, and fails after that.
    ["stuck", "Program exited with non-zero exit code: 1"],
    ["leaves", "Program exited with non-zero exit code: 1"],
  ])("because it is %s loses nothing", async (step, told) => {
    const { stack, deleted } = await begin();
    const run = await stack.up(at(step));
    expect(run.result).toBe("failed");
    expect(run.told.join("\n")).toContain(told);
    expect(deleted).toEqual([]);
    expect(run.snapshot.resources.map(({ id }) => id)).toContain("b-id");
  });

  it("is told from one that has less in it, with and without hooks", async () => {
    for (const hooks of ["", "yes"]) {
      const { stack, deleted } = await begin();
      const run = await stack.up(at("less", hooks));
      expect(run.told).toEqual([]);
      expect(deleted).toEqual(["b"]);
    }
  });

  /** A program that speaks to the monitor itself, and does not wait for its answers. */
  const hasty = (end: (client: MonitorClient) => Promise<void>): ProgramSource => ({
    async run(run) {
      const client = new MonitorClient(run);
      const stack = registerMessage("pulumi:pulumi:Stack", "proj-test").setCustom(false);
      await client.register(stack);
      await end(client);
      client.close();
      return { kind: "succeeded" };
    },
  });
  const slowly = () => {
    const asked = Promise.withResolvers<void>();
    const answer = Promise.withResolvers<void>();
    const provider = fakeProvider({
      async create({ name, inputs }) {
        asked.resolve();
        await answer.promise;
        return { id: `${name}-id`, outputs: inputs };
      },
    });
    const stack = new TestStack({ providers: fakeHost({ fake: () => provider }) });
    return { asked: asked.promise, answer: answer.resolve, stack };
  };

  it("by saying that it is done while a resource is being made fails, and the resource is recorded", async () => {
    const { asked, answer, stack } = slowly();
    const run = await stack.up(
      hasty(async (client) => {
        const registered = client.register(registerMessage("fake:index:Thing", "a"));
        await asked;
        const signalled = client.signal();
        // What is asked later on one connection arrives later.
        await client.ask("getDeploymentInfo", new empty.Empty());
        answer();
        await registered;
        await signalled;
      }),
    );
    expect(run.result).toBe("failed");
    expect(run.told).toEqual([
      "the program ended while 1 of the resources it asked for had no answer yet: more may be missing",
    ]);
    expect(run.snapshot.resources.map(({ id }) => id)).toContain("a-id");
  });

  it("by ending while a resource is being made fails, and the resource is recorded", async () => {
    const { asked, answer, stack } = slowly();
    const run = await stack.up(
      hasty(async (client) => {
        client.register(registerMessage("fake:index:Thing", "a")).catch(() => undefined);
        await asked;
        setTimeout(answer, 50);
      }),
    );
    expect(run.result).toBe("failed");
    expect(run.told[0]).toContain("had no answer yet");
    expect(run.snapshot.resources.map(({ id }) => id)).toContain("a-id");
  });

  it("and asks for more after it said that it is done is told so", async () => {
    const { stack } = slowly();
    const late: InProcessProgram = {
      run: () => Promise.reject(new Error("runs in process")),
      evaluate: (deployment) => ({
        finished: Promise.resolve({ kind: "succeeded" }),
        async release() {
          const goal = { ...emptyGoal, type: "shop:index:Group", name: "late" };
          await expect(deployment.register(goal)).rejects.toBeInstanceOf(DeploymentStopped);
          return { kind: "failed-silently" };
        },
      }),
    };
    const run = await stack.up(late);
    expect(run.told).toEqual([
      "the program asked for this after it had said that it is done: it was left out",
    ]);
  });

  it("may say that it is done once", async () => {
    const { stack } = slowly();
    await stack.up(
      hasty(async (client) => {
        const first = client.signal();
        await expect(client.signal()).rejects.toMatchObject({ details: "Already waiting for shutdown" });
        await first;
      }),
    );
  });
});
