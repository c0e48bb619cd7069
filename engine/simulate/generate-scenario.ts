import { ProgramDraft } from "./generate-program.ts";
import { mutateProgram } from "./mutate-program.ts";
import type { ProgramSpec } from "./program-spec.ts";
import { Random } from "./random.ts";
import type { Event, Fault, OperationSpec, Scenario, Stage, Trouble } from "./scenario.ts";

/** The scenario of a run: all that is random in it but the order of turns. */
export function generateScenario(seed: number, run: number, steps: number): Scenario {
  const random = new Random(seed, run, 1);
  const draft = new ProgramDraft(random);
  const size = 1 + random.below(random.chance(0.3) ? 6 : 3);
  for (let i = 0; i < size; i++) draft.add();
  const stages: Stage[] = [];
  const length = 1 + random.below(steps);
  // Few changes at a time tell most of what is wrong; only many meet each other.
  const most = random.chance(0.2) ? 8 : 3;
  for (let i = 0; i < length; i++) {
    if (i > 0) for (let changes = random.below(most); changes >= 0; changes--) mutateProgram(draft);
    stages.push(generateStage(random, draft, i));
  }
  return {
    disk: random.chance(0.15) ? "files" : "blobs",
    stages,
    ending: {
      by: random.chance(0.5) ? "refresh" : "up --refresh",
      check: random.chance(0.6) ? "up" : "refresh",
      destroy: random.chance(0.6),
    },
  };
}

function generateStage(random: Random, draft: ProgramDraft, index: number): Stage {
  const program = draft.snapshot({
    ...(random.chance(0.04) && { throws: true }),
    ...(random.chance(0.2) && { secretOutput: true }),
  });
  const before = index > 0 && random.chance(0.25) ? [generateEvent(random, program)] : [];
  const operation = generateOperation(random, program, index);
  const trouble = generateTrouble(random, program);
  return {
    program,
    operation,
    ...(before.length > 0 && { before }),
    ...(trouble !== undefined && !operation.previewed && { trouble }),
  };
}

function nameOf(random: Random, program: ProgramSpec): string {
  return random.pickAny(program.resources)?.name ?? "a";
}

function generateEvent(random: Random, program: ProgramSpec): Event {
  const name = nameOf(random, program);
  switch (random.below(8)) {
    case 0:
    case 1:
    case 2:
      return { kind: "change", object: random.below(8) };
    case 3:
    case 4:
      return { kind: "vanish", object: random.below(8) };
    case 5:
      return { kind: "state-delete", name };
    case 6:
      return { kind: "state-protect", name };
    default:
      return random.chance(0.5) ? { kind: "state-taint", name } : { kind: "state-rename", name, to: "h" };
  }
}

function generateOperation(random: Random, program: ProgramSpec, index: number): OperationSpec {
  const common = {
    ...(random.chance(0.3) && { parallel: random.pick([1, 2]) }),
    ...(random.chance(0.2) && { continueOnError: true }),
  };
  const draw = index === 0 ? random.below(12) : random.below(20);
  if (draw < 9) return { kind: "up", ...common };
  if (draw < 12) return { kind: "up", previewed: true, ...common };
  if (draw < 14) return { kind: "up", ...common, ...selection(random, program) };
  if (draw < 15)
    return { kind: "up", refresh: true, ...(random.chance(0.5) && { runProgram: true }), ...common };
  if (draw < 17)
    return {
      kind: "refresh",
      ...(random.chance(0.4) && { runProgram: true }),
      ...partly(random, program),
      ...common,
    };
  if (draw < 19) return { kind: "destroy", ...destroyFlags(random), ...partly(random, program), ...common };
  return { kind: "import", object: { id: "wild-2", type: "fake:index:Box", name: "z" } };
}

function selection(random: Random, program: ProgramSpec): Partial<OperationSpec> {
  const names = [nameOf(random, program), nameOf(random, program)];
  const dependents = random.chance(0.5) && { targetDependents: true };
  switch (random.below(4)) {
    case 0:
      return { replaces: names.slice(0, 1) };
    case 1:
      return { excludes: names.slice(0, 1) };
    default:
      return { targets: names, ...dependents };
  }
}

function partly(random: Random, program: ProgramSpec): Partial<OperationSpec> {
  return random.chance(0.3)
    ? { targets: [nameOf(random, program)], ...(random.chance(0.6) && { targetDependents: true }) }
    : {};
}

function destroyFlags(random: Random): Partial<OperationSpec> {
  return {
    ...(random.chance(0.2) && { runProgram: true }),
    ...(random.chance(0.2) && { excludeProtected: true }),
  };
}

const VERBS = [
  "create",
  "create",
  "update",
  "delete",
  "delete",
  "read",
  "check",
  "diff",
  "configure",
] as const;
const KINDS = ["refuse", "refuse", "lost-request", "lost-answer", "partial"] as const;

function generateTrouble(random: Random, program: ProgramSpec): Trouble | undefined {
  const faults: Fault[] = [];
  for (let count = random.chance(0.35) ? 1 + random.below(2) : 0; count > 0; count--) {
    faults.push({ call: `${random.pick(VERBS)} ${nameOf(random, program)}`, kind: random.pick(KINDS) });
  }
  const trouble: Trouble = {
    ...(faults.length > 0 && { faults }),
    ...(random.chance(0.3) && { crashAt: random.below(random.chance(0.5) ? 15 : 60) }),
    ...(random.chance(0.05) && { abortAt: random.below(30) }),
    ...(random.chance(0.06) && { diskFullAt: 1 + random.below(12) }),
  };
  return Object.keys(trouble).length > 0 ? trouble : undefined;
}
