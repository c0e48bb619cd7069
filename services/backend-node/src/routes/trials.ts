import type { FastifyInstance } from "fastify";

import { readParameters, readPath } from "../domain/parameters.ts";
import { Problem } from "../domain/problem.ts";
import type { ReadThrough } from "../domain/read-through.ts";
import { Trial, TrialPage } from "../domain/schemas.ts";
import { type TrialRepository, trialListParameters, trialPathParameters } from "../domain/trials.ts";
import type { Operation } from "../plugins/openapi.ts";

const list: Operation = {
  id: "listTrials",
  summary: "Trials, page by page",
  tag: "trials",
  query: trialListParameters,
  responses: { 200: TrialPage },
  problems: [422, 503],
};

const get: Operation = {
  id: "getTrial",
  summary: "One trial; an obsolete identifier is redirected to the present one",
  tag: "trials",
  path: trialPathParameters,
  responses: { 200: Trial, 301: null },
  problems: [404, 422, 503],
};

/** Trials. The scope they are added to demands a token. */
export function addTrialRoutes(
  scope: FastifyInstance,
  { trials, cached }: { trials: TrialRepository; cached: ReadThrough },
): void {
  scope.get("/v1/trials", { config: { operation: list } }, async (request, reply) => {
    const query = readParameters(request, { path: {}, query: trialListParameters });
    const wanted = { generation: "trials" as const, query: { kind: "trials", ...query } };
    return reply.type("application/json").send(await cached.list(wanted, () => trials.list(query)));
  });

  scope.get("/v1/trials/:nctId", { config: { operation: get } }, async (request, reply) => {
    const { nctId } = readPath(request.params, trialPathParameters);
    const body = await cached.item(`trial:${nctId}`, () => trials.find(nctId));
    if (body !== undefined) return reply.type("application/json").send(body);
    const current = await trials.findCurrentId(nctId);
    if (current === undefined) throw new Problem("not-found", "There is no such trial.");
    return reply.code(301).header("location", `/v1/trials/${current}`).send();
  });
}
