import { Clock, type ScheduledEvent } from "./clock.ts";
import type { DataPlane } from "./data-plane/data-plane.ts";
import { type Durations, durationOf } from "./durations.ts";
import { Faults } from "./faults.ts";
import { type Json, textAt } from "./json.ts";
import { GONE, isMachineName, MACHINES, type Machine, type MachineName, mayMove } from "./machines.ts";
import { type SimulationState, Table, type TableName } from "./state.ts";

/** One step of a row along its machine. */
export interface Move {
  readonly at: string;
  readonly machine: MachineName;
  readonly key: string;
  /** Undefined: the row is new. */
  readonly from: string | undefined;
  readonly to: string;
}

/** What happens when a row enters a state. */
export interface Hook {
  readonly machine: MachineName;
  readonly state: string;
  run(simulation: Simulation, key: string, row: Json): Promise<void> | void;
}

export interface SimulationOptions {
  readonly durations: Durations;
  readonly dataPlane: DataPlane;
  readonly hooks: readonly Hook[];
}

/** How much later a stuck transition is tried again. */
const STUCK_MS = 60_000;

/** The simulated organisation: its rows, its time, what goes wrong in it. */
export class Simulation {
  readonly state: SimulationState;
  readonly clock: Clock;
  readonly faults = new Faults();
  readonly dataPlane: DataPlane;
  /** All moves since the start. */
  readonly moves: Move[] = [];
  private readonly options: SimulationOptions;

  constructor(state: SimulationState, options: SimulationOptions) {
    this.state = state;
    this.options = options;
    this.dataPlane = options.dataPlane;
    this.clock = new Clock(state.clock, (event) => this.run(event));
  }

  table(name: TableName): Table {
    return new Table(this.state.tables[name]);
  }

  /** 24 hexadecimal digits, never given twice. */
  newId(): string {
    this.state.identifiers += 1;
    const seconds = Math.floor(this.clock.now / 1000);
    return `${seconds.toString(16).padStart(8, "0")}5a11a7e0${this.state.identifiers.toString(16).padStart(8, "0")}`;
  }

  /** Puts a new row into one of its machine's first states. */
  async begin(name: MachineName, key: string, row: Json): Promise<Json> {
    const machine: Machine = MACHINES[name];
    const state = textAt(row, machine.field);
    if (!machine.initial.includes(state)) throw new Error(`${name} do not begin as ${state}`);
    this.table(machine.table).put(key, row);
    await this.entered(name, key, { from: undefined, to: state, row });
    return row;
  }

  /** @throws where the machine has no such move */
  async move(name: MachineName, key: string, to: string): Promise<void> {
    const machine: Machine = MACHINES[name];
    const table = this.table(machine.table);
    const row = table.find(key);
    if (row === undefined) throw new Error(`${name} have no ${key}`);
    const from = textAt(row, machine.field);
    if (!mayMove(name, from, to)) throw new Error(`${name} ${key} cannot go from ${from} to ${to}`);
    this.clock.cancel(name, key);
    if (to === GONE) table.remove(key);
    else row[machine.field] = to;
    await this.entered(name, key, { from, to, row });
  }

  clearFaults(id?: number): void {
    this.faults.clear(id);
    this.clock.release();
  }

  private async entered(
    machine: MachineName,
    key: string,
    { from, to, row }: { readonly from: string | undefined; readonly to: string; readonly row: Json },
  ): Promise<void> {
    this.moves.push({ at: this.clock.stamp(), machine, key, from, to });
    const { afterwards }: Machine = MACHINES[machine];
    const next = afterwards[to];
    if (next !== undefined) {
      const delay = durationOf(this.options.durations, machine, to);
      this.clock.schedule(delay, { machine, key, from: to, to: next });
    }
    for (const hook of this.options.hooks) {
      if (hook.machine === machine && hook.state === to) await hook.run(this, key, row);
    }
  }

  private async run({ transition }: ScheduledEvent): Promise<void> {
    const { machine, key, from, to } = transition;
    if (!isMachineName(machine)) return;
    const row = this.table(MACHINES[machine].table).find(key);
    if (row === undefined || textAt(row, MACHINES[machine].field) !== from) return;
    if (this.faults.isStuck(machine, key, from)) {
      this.clock.schedule(STUCK_MS, transition, true);
      return;
    }
    const next = this.faults.diverted(machine, key, from) ?? (textAt(row, "$next") || to);
    await this.move(machine, key, next);
  }
}
