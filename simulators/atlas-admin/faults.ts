import { z } from "zod";
import { isErrorCode } from "./errors.ts";

const where = {
  method: z.enum(["GET", "POST", "PATCH", "PUT", "DELETE"]).optional(),
  /** A route as the table of routes writes it, or a whole path; all of them where it is left out. */
  path: z.string().optional(),
  /** How often it strikes; for ever where it is left out. */
  times: z.number().int().positive().optional(),
  /** How many calls pass first. */
  after: z.number().int().nonnegative().default(0),
};

const held = {
  machine: z.string(),
  /** The row's key, or its name. All rows where it is left out. */
  name: z.string().optional(),
  times: z.number().int().positive().optional(),
};

/** What may go wrong, on purpose. */
export const faultSchema = z.discriminatedUnion("kind", [
  /** An answer instead of the route's own: one of the table of errors, or any status. */
  z.strictObject({
    kind: z.literal("answer"),
    ...where,
    errorCode: z.string().refine(isErrorCode, "is not in the table of errors").optional(),
    status: z.number().int().min(200).max(599).optional(),
    parameters: z.array(z.string()).default([]),
    /** Seconds, as `Retry-After`. */
    retryAfter: z.number().int().positive().optional(),
  }),
  /** The connection breaks, before anything was done or after all of it. */
  z.strictObject({ kind: z.literal("reset"), ...where, when: z.enum(["before", "after"]) }),
  /** What a POST to `path` has made is not found by so many GETs below it. */
  z.strictObject({ kind: z.literal("lateRead"), path: z.string(), times: z.number().int().positive() }),
  /** Rows stay in a state that should end by itself, until the fault is cleared. */
  z.strictObject({ kind: z.literal("stuck"), ...held, state: z.string() }),
  /** Rows leave a state for another one than usual: a data snapshot fails. */
  z.strictObject({ kind: z.literal("divert"), ...held, from: z.string(), to: z.string() }),
]);

export type FaultInput = z.input<typeof faultSchema>;
export type Fault = z.output<typeof faultSchema>;

interface ArmedFault {
  readonly id: number;
  readonly fault: Fault;
  seen: number;
  struck: number;
}

export interface FaultyCall {
  readonly method: string;
  readonly route: string;
  readonly path: string;
}

type CallFault = Extract<Fault, { kind: "answer" | "reset" }>;
type RowFault = Extract<Fault, { kind: "stuck" | "divert" }>;

/** The faults that are armed. */
export class Faults {
  private armed: ArmedFault[] = [];
  private last = 0;
  private readonly late = new Map<string, number>();

  /** @returns the fault's number, for `clear` */
  add(input: FaultInput): number {
    this.last += 1;
    this.armed.push({ id: this.last, fault: faultSchema.parse(input), seen: 0, struck: 0 });
    return this.last;
  }

  clear(id?: number): void {
    this.armed = id === undefined ? [] : this.armed.filter((each) => each.id !== id);
    if (id === undefined) this.late.clear();
  }

  list(): readonly { readonly id: number; readonly fault: Fault; readonly struck: number }[] {
    return this.armed.map(({ id, fault, struck }) => ({ id, fault, struck }));
  }

  /** The fault that this call meets, if any. */
  meet(call: FaultyCall): CallFault | undefined {
    for (const armed of this.armed) {
      const { fault } = armed;
      if (fault.kind !== "answer" && fault.kind !== "reset") continue;
      if (isAt(fault, call) && strikes(armed, fault.after)) return fault;
    }
    return undefined;
  }

  /** Notes that something was made below a path whose readers may be late. */
  made({ method, route, path }: FaultyCall): void {
    for (const { fault } of this.armed) {
      if (fault.kind === "lateRead" && method === "POST" && [route, path].includes(fault.path))
        this.late.set(path, fault.times);
    }
  }

  /** True where this GET must not see yet what is there. */
  isLate({ method, path }: FaultyCall): boolean {
    if (method !== "GET") return false;
    for (const [place, left] of this.late) {
      if (path !== place && !path.startsWith(`${place}/`)) continue;
      if (left === 1) this.late.delete(place);
      else this.late.set(place, left - 1);
      return true;
    }
    return false;
  }

  isStuck(machine: string, key: string, state: string): boolean {
    return this.holding(machine, key).some(
      (armed) => armed.fault.kind === "stuck" && armed.fault.state === state && strikes(armed, 0),
    );
  }

  /** Where a row goes instead. */
  diverted(machine: string, key: string, from: string): string | undefined {
    for (const armed of this.holding(machine, key)) {
      const { fault } = armed;
      if (fault.kind === "divert" && fault.from === from && strikes(armed, 0)) return fault.to;
    }
    return undefined;
  }

  private holding(machine: string, key: string): (ArmedFault & { fault: RowFault })[] {
    return this.armed.filter(
      (armed): armed is ArmedFault & { fault: RowFault } =>
        (armed.fault.kind === "stuck" || armed.fault.kind === "divert") &&
        armed.fault.machine === machine &&
        (armed.fault.name === undefined || armed.fault.name === key || key.endsWith(`/${armed.fault.name}`)),
    );
  }
}

function isAt({ method, path }: CallFault, call: FaultyCall): boolean {
  return (
    (method === undefined || method === call.method) &&
    (path === undefined || path === call.route || path === call.path)
  );
}

function strikes(armed: ArmedFault, after: number): boolean {
  armed.seen += 1;
  const times = "times" in armed.fault ? armed.fault.times : undefined;
  if (armed.seen <= after || (times !== undefined && armed.struck >= times)) return false;
  armed.struck += 1;
  return true;
}
