import { settleAccounts } from "./accounts.ts";
import { checkDeeds } from "./check-deeds.ts";
import { checkEvents } from "./check-events.ts";
import { checkPreview } from "./check-preview.ts";
import { endWell } from "./end-well.ts";
import { happen } from "./happen.ts";
import { type Observed, operate, type Request } from "./operate.ts";
import { Random } from "./random.ts";
import type { Scenario, Stage } from "./scenario.ts";
import { demand, type Invariant, Violation } from "./violation.ts";
import { World } from "./world.ts";

/** What a run came to. */
export interface Outcome {
  readonly violation: { readonly invariant: Invariant; readonly message: string } | undefined;
  readonly hash: string;
  readonly tail: readonly string[];
  readonly operations: number;
}

/** The seed and the run that decide the order in which what happens at the same time takes its turns. */
export interface Luck {
  readonly seed: number;
  readonly run: number;
  /** @default a sound one; tests make one that breaks an invariant */
  readonly createWorld?: (random: Random, disk: Scenario["disk"]) => World;
}

/** Plays a scenario. */
export async function play(scenario: Scenario, { seed, run, createWorld }: Luck): Promise<Outcome> {
  const random = new Random(seed, run, 2);
  const world = createWorld?.(random, scenario.disk) ?? new World(random, scenario.disk);
  const player = new Player(world);
  let violation: Outcome["violation"];
  try {
    await world.begin();
    for (const stage of scenario.stages) await player.stage(stage);
    await endWell(player, scenario);
  } catch (error) {
    if (!(error instanceof Unsound)) violation = describe(error);
  }
  const { hash, tail } = world.trace;
  return { violation, hash, tail, operations: player.operations };
}

function describe(error: unknown): NonNullable<Outcome["violation"]> {
  if (error instanceof Violation) return { invariant: error.invariant, message: error.message };
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { invariant: "engine-error", message };
}

/** Carries out the stages of one scenario, and checks the invariants after each operation. */
export class Player {
  readonly world: World;
  operations = 0;

  constructor(world: World) {
    this.world = world;
  }

  async stage({ program, before, operation, trouble }: Stage): Promise<void> {
    for (const event of before ?? []) await happen(this.world, event);
    const request: Request = { operation, program, trouble };
    if (!operation.previewed) {
      await this.operate(request);
      return;
    }
    const isDrifted = hasVanished(this.world);
    const preview = await this.operate({ operation, program, options: { preview: true } });
    const update = await this.operate(request);
    checkPreview(preview, update, isDrifted);
  }

  /** One operation, after which everything must hold that always must. */
  async operate(request: Request): Promise<Observed> {
    const { world } = this;
    this.operations += 1;
    const entries = await world.historyLength();
    const observed = await operate(world, request);
    checkEnd(observed);
    checkEvents(observed);
    checkDeeds(observed, world.cloud.deeds);
    settleAccounts(world, observed);
    if (isRecordedTwice(world)) throw new Unsound("one object is imported under two names");
    const more = (await world.historyLength()) - entries;
    if (observed.ended.kind === "done") {
      demand(more === (observed.preview ? 0 : 1), "history", () => `${more} history entries were written`);
    }
    return observed;
  }
}

/** The scenario is one in which a person asks for the impossible: it ends here. */
class Unsound extends Error {
  override name = "Unsound";
}

/** Nothing is promised about an object that a program imports again when it gets another name. */
function isRecordedTwice({ state }: World): boolean {
  const imported = state.resources.flatMap(({ id, external }) =>
    id.startsWith("wild") && !external ? [id] : [],
  );
  return new Set(imported).size < imported.length;
}

/** True where an object is gone that the state has: nobody has looked since. */
function hasVanished({ state, cloud }: World): boolean {
  return state.resources.some(
    ({ custom, type, id }) => custom && !type.startsWith("pulumi:") && !cloud.objects.has(id),
  );
}

function checkEnd({ ended, troubled, events }: Observed): void {
  demand(ended.kind !== "stuck", "stuck", () => "the operation neither goes on nor ends");
  if (ended.kind === "failed" && !troubled) {
    const { error } = ended;
    throw new Violation(
      "engine-error",
      error instanceof Error ? (error.stack ?? error.message) : String(error),
    );
  }
  for (const event of events) {
    if (event.kind !== "diagnostic") continue;
    const { message } = event.diagnostic;
    demand(
      !/integrity|broken invariant|undefined|is not a function/.test(message),
      "engine-error",
      () => message,
    );
  }
}
