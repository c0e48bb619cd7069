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
import { dirname, join } from "node:path";
import { LocalWorkspace, type Stack } from "@pulumi/pulumi/automation/index.js";
import Docker from "dockerode";
import { expect } from "vitest";
import { type DriftReport, driftReportSchema } from "../../../contracts/drift.ts";
import { BASE_IMAGE } from "../../../ops/bootstrap/base-image.ts";
import { readAnswer, reviewAndAnswer } from "../../../ops/drift/answer.ts";
import { chooseEngine } from "../../../ops/engine-choice.ts";
import { root } from "../../../ops/paths.ts";
import type { OpenStack } from "../../../ops/stack.ts";
import type { VerbArguments } from "../../../ops/verb.ts";
import { prepareWorkspace } from "../../../ops/workspace.ts";
import { type CapturedOutput, captureOutput } from "../output.ts";

const MEBIBYTE = 1024 * 1024;

/** The files of a program, for a stack's name and an image. */
export type Program = (name: string, image: string) => { readonly [path: string]: string };

const oneContainer: Program = (name, image) => ({
  "package.json": '{"name":"local","main":"index.js"}',
  "Pulumi.yaml": "name: local\nruntime: nodejs\n",
  "index.js": `
const pulumi = require("@pulumi/pulumi");
const docker = require("@pulumi/docker");
const { memory = 64 } = new pulumi.Config().getObject("backendNode") ?? {};
const labels = Object.entries({ "trials.project": "local", "trials.stack": "${name}", "trials.role": "backend-node" })
  .map(([label, value]) => ({ label, value }));
const volume = new docker.Volume("data", { name: "${name}-data", labels });
new docker.Container("backend", {
  name: "${name}-backend", image: "${image}", command: ["sleep", "600"], networkMode: "none", labels,
  memory, memorySwap: memory, volumes: [{ volumeName: volume.name, containerPath: "/data" }],
}, { deleteBeforeReplace: true });
`,
});

type Answer = "revert" | "accept" | "ignore";

/** A stack, of one container and one volume where no program is given, in a checkout of its own, on the embedded engine and this machine's Docker. */
export interface DriftingStack {
  /** The checkout. */
  readonly folder: string;
  readonly opened: OpenStack;
  readonly docker: Docker;
  readonly container: Docker.Container;
  readonly volume: Docker.Volume;
  /** Labels of what belongs to the stack. */
  readonly labels: { readonly [label: string]: string };
  readonly image: string;
  /** Asks for a review, or for an answer to what one finds. */
  run(
    answer: Answer | undefined,
    ids: readonly string[],
    flags?: VerbArguments["flags"],
    /** Stands for the stack's own. */
    stack?: Stack,
  ): Promise<{ readonly code: number; readonly output: CapturedOutput }>;
  review(): Promise<DriftReport>;
  /** Changes the limit behind the engine's back. */
  setMemory(mebibytes: number): Promise<void>;
  /** The text of the settings file. */
  settings(): string;
  writeSettings(text: string): void;
  remove(): Promise<void>;
}

export async function driftingStack(program = oneContainer): Promise<DriftingStack> {
  const docker = new Docker();
  const name = `drift${randomBytes(4).toString("hex")}`;
  const folder = mkdtempSync(join(realpathSync(tmpdir()), "drift-"));
  const image = (await docker.getImage(BASE_IMAGE).inspect()).Id;
  const opened = await openCheckout(folder, name, program(name, image));
  const container = docker.getContainer(`${name}-backend`);
  const settingsFile = join(folder, `Pulumi.${name}.yaml`);
  const run: DriftingStack["run"] = async (answer, ids, flags = {}, stack = opened.stack) => {
    const output = captureOutput();
    const asked = {
      opened: { ...opened, stack },
      answer: readAnswer(answer, flags),
      ids,
      flags: { ...flags },
    };
    const code = await reviewAndAnswer(asked, output);
    return { code, output };
  };
  return {
    folder,
    opened,
    docker,
    container,
    volume: docker.getVolume(`${name}-data`),
    labels: { "trials.project": "local", "trials.stack": name, "trials.role": "backend-node" },
    image,
    run,
    review: async () => {
      const { code, output } = await run(undefined, [], { json: true });
      const report = driftReportSchema.parse(JSON.parse(output.out()));
      expect(code).toBe(report.findings.length === 0 ? 0 : 3);
      return report;
    },
    setMemory: async (mebibytes) => {
      await container.update({ Memory: mebibytes * MEBIBYTE, MemorySwap: mebibytes * MEBIBYTE });
    },
    settings: () => readFileSync(settingsFile, "utf8"),
    writeSettings: (text) => writeFileSync(settingsFile, text),
    remove: async () => {
      await opened.stack.destroy();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function openCheckout(folder: string, name: string, files: ReturnType<Program>): Promise<OpenStack> {
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  writeFileSync(join(folder, `Pulumi.${name}.yaml`), "# reviewed\nconfig:\n  local:logLevel: info\n");
  const checkout = { root: folder, local: join(folder, ".infra") };
  mkdirSync(checkout.local);
  const { directory, env } = prepareWorkspace({ ...checkout, stack: name, env: {} });
  const engine = await chooseEngine("embedded", process.env);
  const pulumiCommand = engine.command;
  const stack = await LocalWorkspace.createOrSelectStack(
    { stackName: name, workDir: directory },
    { pulumiCommand, envVars: { ...env } },
  );
  return { name, project: "local", stack, engine, checkout };
}

/** What a report found, a line each. */
export function foundIn({ findings }: DriftReport): string[] {
  return findings.map((finding) => [finding.name, finding.kind, finding.property].join(" ").trim()).sort();
}

/** The id of the finding of a property; "" where there is none. */
export function idOf({ findings }: DriftReport, property: string): string {
  return findings.find((finding) => finding.property === property)?.id ?? "";
}
