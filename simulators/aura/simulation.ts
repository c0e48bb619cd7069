import { Clock } from "./clock.ts";
import { AuraCloud } from "./cloud.ts";
import { type FaultOptions, Faults } from "./faults.ts";
import { RateLimit } from "./rate-limit.ts";
import { type Durations, REQUESTS_PER_MINUTE, USUAL_SECONDS } from "./rules.ts";
import { type AuraState, type InstanceEdit, openState, type Seed, saveState } from "./state.ts";

/** A request that reached the API, in order. */
export interface RecordedRequest {
  readonly method: string;
  readonly path: string;
  /** Keys of the body; values may be secret. */
  readonly keys: readonly string[];
}

export interface SimulationOptions extends Partial<Seed> {
  /** The state outlives the process in this file. @default kept in memory */
  readonly stateFile?: string;
  /** Virtual seconds that go by whenever somebody looks at an instance or a data snapshot. @default 30 */
  readonly autoAdvance?: number;
  /** @default 125 */
  readonly requestsPerMinute?: number;
  readonly durations?: Partial<Durations>;
  /** Milliseconds since 1970. @default the machine's clock */
  readonly realTime?: () => number;
}

const USUAL_SEED: Seed = {
  clients: { "aura-client": "aura-secret" },
  tenants: [{ id: "6981ace7-efe5-4f5c-b7c5-267b5162ce91", name: "Trials" }],
  keys: [],
};

const AUTO_ADVANCE_SECONDS = 30;
const SECOND_MS = 1000;

/** The simulated account: its time, its objects, what goes wrong in it, and what was asked of it. */
export class Simulation {
  readonly clock: Clock;
  readonly cloud: AuraCloud;
  readonly faults = new Faults();
  readonly rateLimit: RateLimit;
  readonly requests: RecordedRequest[] = [];
  /** `METHOD path` of what no route answers: a client's mistake, or a gap of the simulator. */
  readonly unknownRoutes: string[] = [];
  /** Virtual seconds for every look. */
  autoAdvance: number;
  private readonly stateFile: string | undefined;

  constructor(options: SimulationOptions = {}) {
    this.clock = new Clock(options.realTime);
    this.stateFile = options.stateFile;
    this.autoAdvance = options.autoAdvance ?? AUTO_ADVANCE_SECONDS;
    this.rateLimit = new RateLimit(options.requestsPerMinute ?? REQUESTS_PER_MINUTE);
    this.cloud = new AuraCloud(openState(options.stateFile, { ...USUAL_SEED, ...options }), {
      clock: this.clock,
      durations: { ...USUAL_SECONDS, ...options.durations },
    });
  }

  get state(): AuraState {
    return this.cloud.state;
  }

  /** Lets time go by. */
  advance(seconds: number): void {
    this.clock.advance(seconds * SECOND_MS);
    this.cloud.settle();
    this.save();
  }

  /** Lets the time of one look go by. */
  look(): void {
    this.advance(this.autoAdvance);
  }

  inject(fault: FaultOptions): void {
    this.faults.add(fault);
  }

  /** Changes an instance behind the API's back: drift. */
  edit(id: string, edit: InstanceEdit): void {
    this.cloud.edit(id, edit);
    this.save();
  }

  /** Makes an instance vanish behind the API's back. */
  remove(id: string): void {
    this.cloud.remove(id);
    this.save();
  }

  save(): void {
    if (this.stateFile !== undefined) saveState(this.stateFile, this.state);
  }
}
