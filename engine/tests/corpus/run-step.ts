import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { CaseWorkspace, CommandOutcome } from "./case-workspace.ts";
import { type Case, type CaseStep, isOperation, type WaitCondition } from "./cases.ts";
import { filesBelow, type Json, type Observation, readHistory } from "./observation.ts";

const waitLimitMilliseconds = 30_000;

export interface StepPlace {
  readonly step: CaseStep;
  readonly number: number;
  readonly workspace: CaseWorkspace;
  /** True: the step's command runs in this process, unless it is looked at or killed in the middle. */
  readonly inProcess: boolean;
}

/** Does one step of a case in its workspace, exactly as it was recorded, and tells what can be seen of it. */
export async function runStep(
  item: Case,
  { step, number, workspace, inProcess }: StepPlace,
): Promise<Observation> {
  const place = { env: workspace.environment(step), cwd: step.cwd ?? "program" };
  const stack = step.stack ?? item.stack ?? "dev";
  workspace.prepare(step.before ?? []);
  await configure(step, stack, workspace);
  const eventLog = workspace.path(`events-${number}.jsonl`);
  const args = commandLine(step, stack, eventLog).map((arg) => workspace.fill(arg));
  const { outcome, during } = await runCommand({ step, stack, args, workspace, place, inProcess });
  const scrub = (text: string) => workspace.scrub(text);
  const events = existsSync(eventLog) ? parseLines(scrub(readFileSync(eventLog, "utf8"))) : [];
  rmSync(eventLog, { force: true });
  const wantsTree = step.tree === true || item.tree === true;
  const state = workspace.path("state");
  return {
    exitCode: outcome.exitCode,
    signal: outcome.signal,
    stdout: scrub(outcome.stdout),
    stderr: scrub(outcome.stderr),
    events,
    checkpoint: step.noExport ? undefined : await exportStack(step, stack, workspace),
    settings: readSettings(workspace.path(place.cwd)),
    tree: wantsTree ? filesBelow(state).map((file) => file.replace(/\d{19}/, "<unixnano>")) : undefined,
    history: wantsTree ? readHistory(state) : [],
    during,
  };
}

function commandLine(step: CaseStep, stack: string, eventLog: string): string[] {
  const args = [...step.command.split(" "), ...(step.args ?? [])];
  if (step.noStack !== true) args.push("--stack", stack);
  if (!isOperation(step)) return step.nonInteractive === false ? args : [...args, "--non-interactive"];
  args.push("--event-log", eventLog, "--non-interactive", "--color", "never");
  if (!step.command.startsWith("preview") && !step.args?.includes("--preview-only")) {
    args.push("--yes");
    if (!step.withPreview) args.push("--skip-preview");
  }
  return args;
}

async function configure(step: CaseStep, stack: string, workspace: CaseWorkspace): Promise<void> {
  const place = { env: workspace.environment(step), cwd: step.cwd ?? "program" };
  const where = ["--stack", stack, "--non-interactive"];
  const set = async (words: readonly string[], values: { readonly [key: string]: unknown } = {}) => {
    for (const [key, value] of Object.entries(values)) {
      await workspace.run(["config", "set", ...words, key, ...where, "--", String(value)], place);
    }
  };
  await set([], step.config);
  await set(["--path"], step.configPath);
  await set(["--secret"], step.secretConfig);
  for (const key of step.removeConfig ?? []) await workspace.run(["config", "rm", key, ...where], place);
}

interface StepRun extends Omit<StepPlace, "number"> {
  readonly stack: string;
  readonly args: readonly string[];
  readonly place: { readonly env: NodeJS.ProcessEnv; readonly cwd: string };
}

async function runCommand(run: StepRun): Promise<{ outcome: CommandOutcome; during: Json | undefined }> {
  const { step, stack, args, workspace } = run;
  const place = { ...run.place, ...(step.stdin !== undefined && { stdin: step.stdin }) };
  const condition = step.killWhen ?? step.during;
  if (condition === undefined) {
    const ended = run.inProcess ? workspace.run(args, place) : workspace.start(args, place).ended;
    return { outcome: await ended, during: undefined };
  }
  const running = workspace.start(args, place);
  const hit = await waitUntil(() => isReached(condition, stack, workspace));
  if (condition.delayMs) await delay(condition.delayMs);
  if (step.killWhen) running.kill(step.killWhen.signal ?? "SIGKILL");
  let during: Json | undefined;
  if (step.during) {
    const locks = filesBelow(workspace.path("state/.pulumi/locks")).map((file) => `.pulumi/locks/${file}`);
    const second = await workspace.start(
      [...step.during.run, "--stack", stack, "--non-interactive"],
      run.place,
    ).ended;
    const texts = { stdout: workspace.scrub(second.stdout), stderr: workspace.scrub(second.stderr) };
    during = { hit, locks, run: step.during.run, exitCode: second.exitCode, ...texts };
  }
  return { outcome: await running.ended, during };
}

async function waitUntil(isTrue: () => boolean): Promise<boolean> {
  const end = Date.now() + waitLimitMilliseconds;
  while (Date.now() < end) {
    if (isTrue()) return true;
    await delay(50);
  }
  return false;
}

function isReached(condition: WaitCondition, stack: string, workspace: CaseWorkspace): boolean {
  if (condition.pending !== undefined) {
    const state = workspace.rawState(stack);
    const type = typeof condition.pending === "string" ? `"type":"${condition.pending}"` : "";
    return state.includes('"pending_operations"') && state.includes(type);
  }
  if (condition.lock) {
    return filesBelow(workspace.path("state/.pulumi/locks")).some((file) => file.endsWith(".json"));
  }
  return condition.cloud === undefined || existsSync(workspace.path(`cloud/${condition.cloud}`));
}

async function exportStack(step: CaseStep, stack: string, workspace: CaseWorkspace): Promise<Json | string> {
  const passphrase = step.env?.["PULUMI_CONFIG_PASSPHRASE"];
  const env = workspace.environment(passphrase ? { env: { PULUMI_CONFIG_PASSPHRASE: passphrase } } : {});
  const args = ["stack", "export", "--show-secrets", "--stack", stack, "--non-interactive"];
  const { exitCode, stdout, stderr } = await workspace.run(args, { env, cwd: step.cwd ?? "program" });
  return exitCode === 0 ? (JSON.parse(workspace.scrub(stdout)) as Json) : workspace.scrub(stderr + stdout);
}

function readSettings(folder: string): { [file: string]: string } {
  const names = readdirSync(folder).filter((name) => /^Pulumi\..+\.yaml$/.test(name));
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(folder, name), "utf8")]));
}

function parseLines(text: string): Json[] {
  return text
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => JSON.parse(line) as Json);
}
