import type { ProgramSpec, ResourceSpec } from "./program-spec.ts";
import type { Scenario, Stage } from "./scenario.ts";

/** A scenario as a person reads it: what happens, operation by operation, each program where it changes. */
export function renderScenario({ stages, ending, disk }: Scenario): string {
  let shown = "";
  const lines = stages.flatMap((stage, i) => {
    const program = renderProgram(stage.program);
    const told = program === shown ? ["  the same program"] : program.split("\n");
    shown = program;
    return [`${i + 1}. ${renderOperation(stage)}`, ...told];
  });
  const by = ending.by === "refresh" ? ["refresh", "up"] : [ending.by];
  const end = [...by, `${ending.check} that finds nothing to do`, ...(ending.destroy ? ["destroy"] : [])];
  return [...lines, `Then, without any trouble: ${end.join(", ")}. Disk: ${disk}.`, ""].join("\n");
}

function renderOperation({ before = [], operation, trouble = {} }: Stage): string {
  const { kind, ...flags } = operation;
  const { faults = [], ...rest } = trouble;
  const parts = [
    ...before.map((event) => `${renderFields(event)};`),
    kind,
    renderFields(flags),
    ...faults.map((fault) => `[${fault.call}: ${fault.kind}]`),
    renderFields(rest),
  ];
  return parts.filter((part) => part !== "").join(" ");
}

function renderProgram({ resources, throws, secretOutput }: ProgramSpec): string {
  const names = new Map(resources.map(({ key, name }) => [key, name]));
  const lines = resources.map((spec) => `   ${renderResource(spec, names)}`);
  if (secretOutput) lines.push("   a secret output");
  if (throws) lines.push("   throw");
  return lines.length === 0 ? "   an empty program" : lines.join("\n");
}

/** One resource a line; others are called by their names. */
function renderResource(spec: ResourceSpec, names: ReadonlyMap<string, string>): string {
  const { kind, key: _key, name, ...rest } = spec;
  const called = JSON.parse(JSON.stringify(rest), (_, value: unknown) =>
    typeof value === "string" ? (names.get(value) ?? value) : value,
  ) as object;
  return `${kind} ${name} ${renderFields(called)}`.trimEnd();
}

function renderFields(fields: object): string {
  return Object.entries(fields)
    .map(([key, value]) =>
      value === true ? key : `${key}=${typeof value === "string" ? value : JSON.stringify(value)}`,
    )
    .join(" ");
}
