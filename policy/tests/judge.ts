import { mkdtempSync, realpathSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { EngineEvent } from "../../engine/src/index.ts";
import { createPolicyHost } from "../../engine/src/policy/policy-host.ts";
import type { PolicyHost } from "../../engine/src/policy/policy-pack.ts";
import type { PropertyMap } from "../../engine/src/protocol/property-value.ts";
import { functionProgram } from "../../engine/src/testing/function-program.ts";
import {
  fakeHost,
  fakeProvider,
  memoryStore,
  type ResourceOptions,
  TestStack,
} from "../../engine/src/testing/index.ts";

export const PACK = join(import.meta.dirname, "..");

/** A resource of a made-up program. */
export interface Example {
  readonly type: string;
  readonly name: string;
  readonly inputs?: PropertyMap;
  readonly options?: ResourceOptions;
}

/** A rule with what it lets pass and what it reports. */
export interface Case {
  readonly rule: string;
  readonly passes: readonly Example[];
  /** What is wrong with it -> a resource with only that wrong, and what the rule says. */
  readonly fails: { readonly [wrong: string]: readonly [Example, ...string[]] };
}

export interface Judgement {
  /** `<level> <rule> <resource>: <message>`, sorted. */
  readonly violations: readonly string[];
  readonly result: string;
  readonly diagnostics: readonly string[];
}

export interface JudgeOptions {
  readonly preview?: boolean;
  readonly stack?: string;
  /** Configuration of the pack, as a file of `policy/config` has it. */
  readonly config?: object;
}

const PACKAGES = ["docker", "kubernetes", "mongodbatlas", "aura", "random"];

/** Runs a program of these resources on the engine, with the pack in its own process as the SDK runs it. */
export async function judge(examples: readonly Example[], options: JudgeOptions = {}): Promise<Judgement> {
  const stack = new TestStack({
    providers: fakeHost(Object.fromEntries(PACKAGES.map((pkg) => [pkg, fakeProvider({ pkg })]))),
    store: memoryStore({ organization: "organization", project: "proj", stack: options.stack ?? "test" }),
  });
  const program = functionProgram(async (p) => {
    for (const { type, name, inputs = {}, options: own = {} } of examples) {
      await p.resource(type, name, inputs, own);
    }
  });
  const outputs: string[] = [];
  const config = configFile(options.config);
  const policies = policyHost({ config, onOutput: (message) => outputs.push(message) });
  const run = await stack.run("update", { preview: options.preview ?? true }, { program, policies });
  return { violations: violationsOf(run.events), result: run.result, diagnostics: [...outputs, ...run.told] };
}

/** Runs this pack, in a process of its own, as the SDK runs it. */
export function policyHost(options: {
  readonly config: string | undefined;
  readonly onOutput: (message: string) => void;
}): PolicyHost {
  return createPolicyHost({
    packs: [{ path: PACK, config: options.config }],
    engineAddress: "127.0.0.1:1",
    env: process.env,
    cwd: PACK,
    onOutput: ({ message }) => options.onOutput(message),
  });
}

function configFile(config: object | undefined): string | undefined {
  if (config === undefined) return undefined;
  const file = join(mkdtempSync(join(realpathSync(tmpdir()), "policy-config-")), "config.json");
  writeFileSync(file, JSON.stringify(config));
  return file;
}

/** Every violation that was reported. */
export function violationsOf(events: readonly EngineEvent[]): string[] {
  return events
    .flatMap((event) => {
      if (event.kind !== "policy-violation") return [];
      const { enforcementLevel, policy, urn, message } = event.violation;
      const said = message.split("\n").slice(1).join("; ");
      return [`${enforcementLevel} ${policy} ${urn.slice(urn.lastIndexOf("::") + 2)}: ${said || message}`];
    })
    .sort();
}
