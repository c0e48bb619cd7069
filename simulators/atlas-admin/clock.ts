/** Something that happens at a virtual time. Plain data, so that it outlives a restart. */
export interface ScheduledEvent {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly sequence: number;
  readonly transition: Transition;
  /** Put off again and again until a fault is cleared. */
  readonly stuck?: boolean;
}

/** A row of a table goes from one state to the next. */
export interface Transition {
  readonly machine: string;
  readonly key: string;
  /** It happens only where the row is still in this state. */
  readonly from: string;
  readonly to: string;
}

export interface ClockState {
  now: number;
  sequence: number;
  events: ScheduledEvent[];
}

export type RunEvent = (event: ScheduledEvent) => Promise<void>;

/** Virtual time: it moves only when it is told to, and events happen in order as it passes them. */
export class Clock {
  private readonly state: ClockState;
  private readonly run: RunEvent;

  constructor(state: ClockState, run: RunEvent) {
    this.state = state;
    this.run = run;
  }

  get now(): number {
    return this.state.now;
  }

  get pending(): readonly ScheduledEvent[] {
    return this.state.events;
  }

  /** The time as the API writes it. */
  stamp(later = 0): string {
    return new Date(this.state.now + later).toISOString().replace(/\.\d+Z$/, "Z");
  }

  schedule(delay: number, transition: Transition, stuck = false): void {
    this.state.sequence += 1;
    const event = { at: this.state.now + delay, sequence: this.state.sequence, transition };
    this.state.events.push(stuck ? { ...event, stuck } : event);
  }

  /** Forgets what was to happen to a row. */
  cancel(machine: string, key: string): void {
    this.state.events = this.state.events.filter(
      ({ transition }) => transition.machine !== machine || transition.key !== key,
    );
  }

  async advance(milliseconds: number): Promise<void> {
    const target = this.state.now + milliseconds;
    for (let event = this.next(target); event !== undefined; event = this.next(target)) {
      const due = event;
      this.state.events = this.state.events.filter((each) => each !== due);
      this.state.now = Math.max(this.state.now, due.at);
      await this.run(due);
    }
    this.state.now = target;
  }

  /** Lets everything happen that is going to happen, except what a fault holds back. */
  async settle(): Promise<void> {
    for (let event = this.nextFree(); event !== undefined; event = this.nextFree()) {
      await this.advance(Math.max(0, event.at - this.state.now));
    }
  }

  /** What was held back may happen again. */
  release(): void {
    this.state.events = this.state.events.map(({ at, sequence, transition }) => ({
      at,
      sequence,
      transition,
    }));
  }

  private next(target: number): ScheduledEvent | undefined {
    return earliest(this.state.events.filter(({ at }) => at <= target));
  }

  private nextFree(): ScheduledEvent | undefined {
    return earliest(this.state.events.filter(({ stuck }) => stuck !== true));
  }
}

function earliest(events: readonly ScheduledEvent[]): ScheduledEvent | undefined {
  return events.toSorted((one, other) => one.at - other.at || one.sequence - other.sequence)[0];
}
