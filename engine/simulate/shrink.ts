import type { ProgramSpec, ResourceSpec } from "./program-spec.ts";
import { pruneAliases, withoutResource } from "./program-surgery.ts";
import type { OperationSpec, Scenario, Stage, Trouble } from "./scenario.ts";

/** More plays than this are not spent on one scenario. */
const MOST_PLAYS = 3000;

/** Makes a scenario smaller for as long as it still fails: fewer stages, resources, options and faults. */
export async function shrink(
  scenario: Scenario,
  fails: (candidate: Scenario) => Promise<boolean>,
): Promise<Scenario> {
  let smallest = scenario;
  let plays = 0;
  for (let progress = true; progress && plays < MOST_PLAYS; ) {
    progress = false;
    for (const candidate of candidates(smallest)) {
      plays += 1;
      if (plays >= MOST_PLAYS) break;
      if (!(await fails(candidate))) continue;
      smallest = candidate;
      progress = true;
      break;
    }
  }
  return smallest;
}

/** Everything that is one thing less, the greatest first. */
function* candidates(scenario: Scenario): Generator<Scenario> {
  const { stages } = scenario;
  for (let i = stages.length - 1; i >= 0; i--) {
    if (stages.length > 1) yield { ...scenario, stages: stages.filter((_, index) => index !== i) };
  }
  const keys = new Set(stages.flatMap(({ program }) => program.resources.map(({ key }) => key)));
  for (const key of keys) {
    const fewer = stages.map((stage) => withoutKey(stage, key));
    yield { ...scenario, stages: fewer };
    if (!stages.some(({ trouble }) => trouble?.crashAt !== undefined)) continue;
    for (const turns of SOONER) {
      yield { ...scenario, stages: fewer.map((stage) => crashingSooner(stage, turns)) };
    }
  }
  for (const [i, stage] of stages.entries()) {
    for (const smaller of smallerStages(stage)) {
      yield { ...scenario, stages: stages.map((other, index) => (index === i ? smaller : other)) };
    }
  }
  for (const key of keys) {
    for (const option of OPTIONS) {
      const changed = stages.map((stage) => withoutOption(stage, key, option));
      if (changed.some((stage, i) => stage !== stages[i])) yield { ...scenario, stages: changed };
    }
  }
  for (const [i, stage] of stages.entries()) {
    for (const key of keys) {
      const smaller = withoutKey(stage, key);
      if (smaller.program.resources.length === stage.program.resources.length) continue;
      yield { ...scenario, stages: stages.map((other, index) => (index === i ? smaller : other)) };
    }
  }
}

/** Turns that a resource takes: without it the process comes to where it died so much sooner. */
const SOONER = [1, 2, 3];

function crashingSooner(stage: Stage, turns: number): Stage {
  const { crashAt } = stage.trouble ?? {};
  if (crashAt === undefined || crashAt < turns) return stage;
  return { ...stage, trouble: { ...stage.trouble, crashAt: crashAt - turns } };
}

function* smallerStages(stage: Stage): Generator<Stage> {
  const { before, trouble, ...rest } = stage;
  if (before !== undefined) yield { ...rest, ...(trouble && { trouble }) };
  if (trouble !== undefined) {
    yield { ...rest, ...(before && { before }) };
    for (const less of smallerTroubles(trouble)) yield { ...stage, trouble: less };
  }
  for (const less of smallerOperations(stage.operation)) yield { ...stage, operation: less };
  const { throws, secretOutput, ...program } = stage.program;
  if (throws || secretOutput) yield { ...stage, program };
}

function* smallerTroubles(trouble: Trouble): Generator<Trouble> {
  for (const key of Object.keys(trouble)) yield without(trouble, key);
  const { faults = [], crashAt } = trouble;
  if (faults.length > 1) {
    for (const fault of faults) yield { ...trouble, faults: faults.filter((other) => other !== fault) };
  }
  if (crashAt === undefined) return;
  for (const earlier of [crashAt >> 1, crashAt - 5, crashAt - 1])
    if (earlier >= 0) yield { ...trouble, crashAt: earlier };
}

function* smallerOperations(operation: OperationSpec): Generator<OperationSpec> {
  if (operation.kind !== "up") yield { kind: "up" };
  for (const key of Object.keys(operation)) {
    if (key !== "kind" && key !== "object") yield without(operation, key);
  }
}

const OPTIONS = [
  ...["parent", "dependsOn", "aliases", "protect", "provider", "secret", "token", "refs", "deleteFirst"],
  ...[
    "deleteBeforeReplace",
    "retainOnDelete",
    "deletedWith",
    "replaceWith",
    "ignoreChanges",
    "replaceOnChanges",
  ],
  ...["trigger", "importId"],
];

function withoutKey(stage: Stage, key: string): Stage {
  return withResources(stage, withoutResource(stage.program.resources, key));
}

function withResources(stage: Stage, resources: readonly ResourceSpec[]): Stage {
  const program: ProgramSpec = { ...stage.program, resources: pruneAliases(resources) };
  return { ...stage, program };
}

function withoutOption(stage: Stage, key: string, option: string): Stage {
  const spec = stage.program.resources.find((one) => one.key === key);
  if (spec === undefined || !(option in spec)) return stage;
  const smaller = without(spec, option);
  return withResources(
    stage,
    stage.program.resources.map((one) => (one === spec ? smaller : one)),
  );
}

function without<T extends object>(value: T, key: string): T {
  return Object.fromEntries(Object.entries(value).filter(([name]) => name !== key)) as T;
}
