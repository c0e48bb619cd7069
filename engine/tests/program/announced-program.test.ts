import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { startEarly } from "../../src/program/early-process.ts";
import { announceProgram } from "../../src/program/evaluate-program.ts";
import { nodeProgram } from "../../src/program/node-program.ts";
import { FakeDeployment } from "./fake-deployment.ts";
import { contextOf, PARALLEL, type Project, run, writeProject } from "./run-program.ts";

/** Leaves a line in a file for each time that it runs. */
const PROGRAM = `
const { appendFileSync, rmSync } = require("node:fs");
appendFileSync("ran", "ran\\n");
const pulumi = require("@pulumi/pulumi");
class Part extends pulumi.ComponentResource {}
new Part("shop:index:Part", "part");
`;

describe("a program that is told ahead what it will run", () => {
  let project: Project;
  let ran: string;
  let seen: boolean[];
  beforeAll(async () => {
    project = await writeProject({
      "index.js": PROGRAM,
      "package.json": '{"name":"shop","main":"index.js"}',
    });
  });
  afterAll(() => project.remove());
  beforeEach(() => {
    ran = join(project.directory, "ran");
    seen = [];
  });

  /** Tells it that so many resources may be made at once, and runs it. */
  async function tellAndRun(parallel: number) {
    const { directory } = project;
    const program = {
      ...{ root: directory, directory, entry: "." },
      ...{ runtimeOptions: { typescript: false }, env: process.env },
    };
    const announced = nodeProgram(program, { early: startEarly(() => program, true) });
    const deployment = new FakeDeployment({
      onRegister: async () => {
        seen.push(existsSync(ran));
        return undefined;
      },
    });
    const options = { deployment, program: announced, directory };
    const told = { context: contextOf(options), preview: false, parallel };
    const listener = await announceProgram(announced, told);
    const { outcome } = await run({ ...options, listener });
    return { outcome, names: deployment.goals.map(({ name }) => name) };
  }

  it("asks for its stack, and does nothing of its own before it has that", async () => {
    expect(await tellAndRun(PARALLEL)).toEqual({
      outcome: { kind: "succeeded" },
      names: ["shop-dev", "part"],
    });
    expect(seen).toEqual([false, true]);
    expect(readFileSync(ran, "utf8")).toBe("ran\n");
  });

  it("is started anew where that is not what it runs then", async () => {
    const { outcome } = await tellAndRun(PARALLEL + 1);
    expect(outcome).toEqual({ kind: "succeeded" });
    expect(readFileSync(ran, "utf8")).toBe("ran\nran\n");
  });
});
