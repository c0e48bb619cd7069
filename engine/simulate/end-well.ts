import { unwrapMap, valuesEqual } from "../src/plan/property-diff.ts";
import { markResources } from "../src/state/edit-resources.ts";
import { edit } from "./happen.ts";
import type { Observed, Request } from "./operate.ts";
import type { Player } from "./play.ts";
import type { ProgramSpec, ResourceSpec } from "./program-spec.ts";
import type { OperationSpec, Scenario } from "./scenario.ts";
import { demand } from "./violation.ts";
import type { World } from "./world.ts";

/**
 * Nothing fails any more: an update makes the cloud what the program says, another, or a refresh, finds nothing to
 * do, and a destroy leaves nothing.
 */
export async function endWell(player: Player, scenario: Scenario): Promise<void> {
  const { world } = player;
  const last = scenario.stages.at(-1);
  if (last === undefined) return;
  await unprotect(world);
  await forgetPendingCreates(player, last.program);
  const program = lastingProgram(last.program, world);
  const { by, check, destroy } = scenario.ending;
  if (by === "refresh") await succeed(player, { operation: { kind: "refresh" }, program });
  const refresh = by === "up --refresh";
  const done = await succeed(player, { operation: { kind: "up", refresh }, program });
  checkCloud(world, done);
  const again = await succeed(player, { operation: { kind: check }, program });
  demandNoChanges(again, `${check} after it`);
  if (!destroy) return;
  await unprotect(world);
  await succeed(player, { operation: { kind: "destroy" }, program });
  checkGone(world);
}

/** A person has looked after every interrupted create: its object is not managed, and the record of it goes. */
async function forgetPendingCreates(player: Player, program: ProgramSpec): Promise<void> {
  const { world } = player;
  if (world.state.pendingOperations.length === 0) return;
  for (const object of world.cloud.managed()) {
    if (!world.state.resources.some(({ id }) => id === object.id)) object.left = "a person looked after it";
  }
  await succeed(player, { operation: { kind: "refresh" }, program, options: { clearPendingCreates: true } });
  const { pendingOperations } = world.state;
  demand(
    pendingOperations.length === 0,
    "convergence",
    () => "pending operations stay after they were cleared",
  );
}

async function unprotect(world: World): Promise<void> {
  if (!world.state.resources.some(({ protect }) => protect)) return;
  await edit(world, (resources) => markResources(resources, "all", { protect: false }));
}

async function succeed(player: Player, request: Request): Promise<Observed> {
  const observed = await player.operate(request);
  demand(
    observed.succeeded,
    "convergence",
    () => `${nameOf(request.operation)} fails: ${errorsOf(observed)}`,
  );
  return observed;
}

function nameOf({ kind, refresh }: OperationSpec): string {
  return refresh ? `${kind} --refresh` : kind;
}

function errorsOf({ events }: Observed): string {
  return events
    .flatMap((event) =>
      event.kind === "diagnostic" && event.diagnostic.severity === "error"
        ? [event.diagnostic.message.trimEnd()]
        : [],
    )
    .join("; ");
}

/** The program without what asks for something to happen once: it imports nothing, throws nothing, reads what is there. */
function lastingProgram(program: ProgramSpec, world: World): ProgramSpec {
  const isThere = (spec: ResourceSpec): boolean => spec.kind !== "read" || world.cloud.objects.has(spec.id);
  const resources = program.resources.filter(isThere).map((spec): ResourceSpec => {
    if (spec.kind !== "custom") return spec;
    const { importId: _importId, ...lasting } = spec;
    return lasting;
  });
  return { resources, ...(program.secretOutput && { secretOutput: true }) };
}

function demandNoChanges({ ended }: Observed, what: string): void {
  const changes = ended.kind === "done" ? Object.keys(ended.value.changes) : [];
  demand(
    changes.every((op) => op === "same"),
    "convergence",
    () => `${what} finds something to do: ${changes.join(", ")}`,
  );
}

/** Every resource of the program has its object, as the program wants it, and there are no others. */
function checkCloud({ cloud }: World, { asked }: Observed): void {
  let count = 0;
  for (const { spec, inputs, made } of asked.values()) {
    if (spec.kind !== "custom") continue;
    count += 1;
    const object = cloud.objects.get(String(made.id));
    demand(object !== undefined, "convergence", () => `${made.urn} has no object`);
    for (const [key, value] of Object.entries(unwrapMap(inputs))) {
      if (spec.ignoreChanges?.includes(key)) continue;
      const live = object.inputs[key] ?? null;
      demand(valuesEqual(live, value), "convergence", () => `${made.urn}: ${key} is ${JSON.stringify(live)}`);
    }
  }
  const managed = cloud.managed();
  demand(managed.length === count, "convergence", () => {
    const ids = managed.map(({ id, urn }) => `${id} (${urn})`).join(", ");
    return `the program has ${count} things, the cloud ${managed.length}: ${ids}`;
  });
}

function checkGone({ cloud, state }: World): void {
  const { resources } = state;
  demand(
    resources.length === 0,
    "convergence",
    () => `a destroy leaves ${resources.map(({ urn }) => urn).join(", ")}`,
  );
  const left = cloud.managed();
  demand(
    left.length === 0,
    "convergence",
    () => `a destroy leaves ${left.map(({ id }) => id).join(", ")} in the cloud`,
  );
}
