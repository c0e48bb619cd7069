import type { FastifyInstance, FastifyReply } from "fastify";
import { z } from "zod";
import type { Authentication } from "./auth/authentication.ts";
import type { CallLog } from "./call-log.ts";
import { editRow } from "./drift.ts";
import { faultSchema } from "./faults.ts";
import { isMachineName } from "./machines.ts";
import { overridesOf } from "./overrides.ts";
import { parseJson } from "./persistence.ts";
import type { Simulation } from "./simulation.ts";
import { TABLE_NAMES } from "./state.ts";
import type { Turns } from "./turns.ts";

export interface ControlOptions {
  readonly simulation: Simulation;
  readonly authentication: Authentication;
  readonly turns: Turns;
  readonly log: CallLog;
  readonly advance: (milliseconds: number) => Promise<void>;
  readonly save: () => void;
}

const advanceBody = z.union([
  z.strictObject({ milliseconds: z.number().int().nonnegative() }),
  z.strictObject({ settle: z.literal(true) }),
]);
const editBody = z.strictObject({
  table: z.enum(TABLE_NAMES),
  key: z.string(),
  path: z.array(z.union([z.string(), z.number()])).min(1),
  /** Left out: the property goes. */
  value: z.json().optional(),
});
const moveBody = z.strictObject({
  machine: z.string().refine(isMachineName, "is no machine"),
  key: z.string(),
  to: z.string(),
});
const clearQuery = z.object({ id: z.coerce.number().int().optional() });

/** Secrets, even as hashes, are nobody's business. */
const HIDDEN = ["identities", "tokens"];

/** `/__sim/…`: what tests and people do to the simulator that a customer cannot. */
export function registerControl(app: FastifyInstance, options: ControlOptions): void {
  registerReads(app, options);
  registerActions(app, options);
  app.delete("/__sim/faults", (request, reply) =>
    options.turns.take(async () => {
      const parsed = clearQuery.safeParse(request.query);
      if (!parsed.success) return refuse(reply, z.prettifyError(parsed.error));
      options.simulation.clearFaults(parsed.data.id);
      return reply.code(204).send();
    }),
  );
}

function registerReads(app: FastifyInstance, { simulation, turns, log }: ControlOptions): void {
  const { clock, faults } = simulation;
  const get = (path: string, read: () => unknown) =>
    app.get(`/__sim/${path}`, () => turns.take(async () => await read()));
  get("state", () => ({
    now: clock.stamp(),
    pending: clock.pending,
    moves: simulation.moves,
    tables: Object.fromEntries(
      Object.entries(simulation.state.tables).filter(([name]) => !HIDDEN.includes(name)),
    ),
  }));
  get("unknown-routes", () => log.unknown);
  get("overrides", () => overridesOf(simulation));
  get("faults", () => faults.list());
}

function registerActions(app: FastifyInstance, options: ControlOptions): void {
  const { simulation, turns, authentication } = options;
  const { clock, faults } = simulation;
  const post = <Body>(path: string, schema: z.ZodType<Body>, act: (body: Body) => unknown) =>
    app.post(`/__sim/${path}`, (request, reply) =>
      turns.take(async () => {
        const parsed = schema.safeParse(parseJson(String(request.body ?? "{}")));
        if (!parsed.success) return refuse(reply, z.prettifyError(parsed.error));
        try {
          const answer = await act(parsed.data);
          options.save();
          return reply.send(answer ?? {});
        } catch (error) {
          return refuse(reply, (error as Error).message);
        }
      }),
    );
  post("faults", faultSchema, (fault) => ({ id: faults.add(fault) }));
  post("advance", advanceBody, async (body) => {
    if ("settle" in body) await clock.settle();
    else await options.advance(body.milliseconds);
    return { now: clock.stamp() };
  });
  post("edit", editBody, (edit) => editRow(simulation, edit));
  post("move", moveBody, ({ machine, key, to }) => simulation.move(machine, key, to));
  post("expire-tokens", z.unknown(), () => authentication.expireAll());
}

function refuse(reply: FastifyReply, problem: string): FastifyReply {
  return reply.code(400).send({ error: problem });
}
