import { randomBytes } from "node:crypto";
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LocalWorkspace, PulumiCommand, type Stack } from "@pulumi/pulumi/automation/index.js";
import Docker from "dockerode";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type DriftReport, driftReportSchema } from "../../../contracts/drift.ts";
import { BASE_IMAGE } from "../../../ops/bootstrap/base-image.ts";
import { requireAnswer, reviewAndAnswer } from "../../../ops/drift/answer.ts";
import { driftVerb } from "../../../ops/drift.ts";
import { chooseEngine } from "../../../ops/engine-choice.ts";
import { root } from "../../../ops/paths.ts";
import type { OpenStack } from "../../../ops/stack.ts";
import { prepareWorkspace } from "../../../ops/workspace.ts";
import { captureOutput } from "../output.ts";

const docker = new Docker();
const name = `drift${randomBytes(4).toString("hex")}`;
const container = `${name}-backend`;
const MEBIBYTE = 1024 * 1024;

const PROGRAM = `
const pulumi = require("@pulumi/pulumi");
const docker = require("@pulumi/docker");
const { memory = 64 } = new pulumi.Config().getObject("backendNode") ?? {};
const labels = Object.entries({ "trials.project": "local", "trials.stack": "${name}", "trials.role": "backend-node" })
  .map(([label, value]) => ({ label, value }));
const volume = new docker.Volume("data", { name: "${name}-data", labels });
new docker.Container("backend", {
  name: "${container}", image: "IMAGE", command: ["sleep", "600"], networkMode: "none", labels,
  memory, memorySwap: memory, volumes: [{ volumeName: volume.name, containerPath: "/data" }],
}, { deleteBeforeReplace: true });
`;

/** A checkout of its own, and its stack on the embedded engine. */
async function openCheckout(folder: string): Promise<OpenStack> {
  const image = (await docker.getImage(BASE_IMAGE).inspect()).Id;
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  writeFileSync(join(folder, "package.json"), '{"name":"local","main":"index.js"}');
  writeFileSync(join(folder, "index.js"), PROGRAM.replace("IMAGE", image));
  writeFileSync(join(folder, "Pulumi.yaml"), "name: local\nruntime: nodejs\n");
  writeFileSync(join(folder, `Pulumi.${name}.yaml`), "# reviewed\nconfig:\n  local:logLevel: info\n");
  const checkout = { root: folder, local: join(folder, ".infra") };
  mkdirSync(checkout.local);
  const { directory, env } = prepareWorkspace({
    ...checkout,
    stack: name,
    env: {},
  });
  const engine = await chooseEngine("embedded", process.env);
  const pulumiCommand = await PulumiCommand.get({ root: engine.root });
  const stack = await LocalWorkspace.createOrSelectStack(
    { stackName: name, workDir: directory },
    { pulumiCommand, envVars: { ...env } },
  );
  return { name, project: "local", stack, engine, checkout };
}

describe("drift on an engine", { timeout: 180_000 }, () => {
  let folder: string;
  let opened: OpenStack;
  let stack: Stack;

  const run = async (
    answer: "revert" | "accept" | "ignore" | undefined,
    ids: string[],
    flags: object = {},
  ) => {
    const output = captureOutput();
    const code = await reviewAndAnswer({ opened, answer, ids, flags: { ...flags } }, output);
    return { code, output };
  };
  const review = async (): Promise<DriftReport> => {
    const { code, output } = await run(undefined, [], { json: true });
    const report = driftReportSchema.parse(JSON.parse(output.out()));
    expect(code).toBe(report.findings.length === 0 ? 0 : 3);
    return report;
  };
  const paths = ({ findings }: DriftReport) =>
    findings.map((finding) => [finding.name, finding.kind, finding.property].join(" ").trim()).sort();
  const idOf = ({ findings }: DriftReport, property: string) =>
    findings.find((finding) => finding.property === property)?.id ?? "";
  const settings = () => readFileSync(join(folder, `Pulumi.${name}.yaml`), "utf8");
  const setMemory = (mebibytes: number) =>
    docker.getContainer(container).update({ Memory: mebibytes * MEBIBYTE, MemorySwap: mebibytes * MEBIBYTE });

  beforeAll(async () => {
    folder = mkdtempSync(join(realpathSync(tmpdir()), "drift-"));
    opened = await openCheckout(folder);
    stack = opened.stack;
  });
  afterAll(async () => {
    await stack.destroy();
    rmSync(folder, { recursive: true, force: true });
  });

  it("refuses a stack that is not up, and a word that is no answer", async () => {
    await expect(review()).rejects.toMatchObject({ code: "stack-not-up" });
    expect(() => requireAnswer("acept")).toThrow("drift has no answer called acept");
    const asked = { positionals: ["dev", "nothing"], flags: {} } as never;
    await expect(driftVerb.run(asked, captureOutput())).rejects.toMatchObject({
      code: "usage",
      help: "the answers are revert, accept and ignore",
    });
    await stack.up();
    expect(paths(await review())).toEqual([]);
  });

  it("accepts a memory limit with a patch that leaves nothing to update", async () => {
    await setMemory(70);
    const report = await review();
    expect(paths(report)).toEqual(["backend changed memory", "backend changed memorySwap"]);
    await run("accept", [idOf(report, "memory")], { yes: true });
    expect(settings()).toContain("# reviewed\n");
    expect(settings()).toMatch(/local:backendNode:\s+memory: 70\n/);
    expect(paths(await review())).toEqual([]);
  });

  it("goes on where it was cut off between settings and state, and undoes the settings where the state is locked out", async () => {
    await setMemory(80);
    const [first] = [idOf(await review(), "memory")];
    const before = settings();
    const broken = Object.create(stack, {
      importStack: { value: () => Promise.reject(new Error("no space left")) },
    }) as Stack;
    opened = { ...opened, stack: broken };
    await expect(run("accept", [first], { yes: true })).rejects.toThrow("no space left");
    expect(settings()).toBe(before);
    opened = { ...opened, stack };
    writeFileSync(join(folder, `Pulumi.${name}.yaml`), before.replace("memory: 70", "memory: 80"));
    await run("accept", [first], { yes: true });
    expect(settings()).toContain("memory: 80");
    expect(paths(await review())).toEqual([]);
  });
});
