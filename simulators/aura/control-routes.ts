import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { parseBody } from "./bodies.ts";
import { faultSchema } from "./faults.ts";
import type { Simulation } from "./simulation.ts";
import { editSchema, type Instance } from "./state.ts";

const advanceBody = z.strictObject({ seconds: z.number().min(0) });
const settingsBody = z.strictObject({ autoAdvance: z.number().min(0) });

interface ById {
  Params: { id: string };
}

/** What tests and rehearsals do to the simulator from another process: below `/__sim`, without a token. */
export function addControlRoutes(app: FastifyInstance, simulation: Simulation): void {
  app.post("/__sim/advance", ({ body }) => {
    simulation.advance(parseBody(advanceBody, body).seconds);
    return { now: simulation.clock.iso() };
  });
  app.patch("/__sim/settings", ({ body }) => {
    simulation.autoAdvance = parseBody(settingsBody, body).autoAdvance;
    return {};
  });
  app.get("/__sim/state", () => {
    const { tenants, keys, instances } = simulation.state;
    return { tenants, keys, instances: instances.map(withoutPassword) };
  });
  app.get("/__sim/requests", () => ({
    requests: simulation.requests,
    unknownRoutes: simulation.unknownRoutes,
  }));
  app.post("/__sim/faults", ({ body }) => {
    simulation.inject(parseBody(faultSchema, body));
    return {};
  });
  app.delete("/__sim/faults", () => {
    simulation.faults.clear();
    return {};
  });
  app.patch<ById>("/__sim/instances/:id", ({ params, body }) => {
    simulation.edit(params.id, parseBody(editSchema, body));
    return {};
  });
  app.delete<ById>("/__sim/instances/:id", ({ params }) => {
    simulation.remove(params.id);
    return {};
  });
}

function withoutPassword({ password: _password, ...rest }: Instance): Omit<Instance, "password"> {
  return rest;
}
