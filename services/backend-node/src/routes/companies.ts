import type { FastifyInstance } from "fastify";

import { type CompanyRepository, companyListParameters, companyPathParameters } from "../domain/companies.ts";
import { readParameters, readPath } from "../domain/parameters.ts";
import { Problem } from "../domain/problem.ts";
import type { ReadThrough } from "../domain/read-through.ts";
import { Company, CompanyPage, TrialPage } from "../domain/schemas.ts";
import { companyTrialParameters, type TrialRepository } from "../domain/trials.ts";
import type { Operation } from "../plugins/openapi.ts";

const list: Operation = {
  id: "listCompanies",
  summary: "Companies, page by page",
  tag: "companies",
  query: companyListParameters,
  responses: { 200: CompanyPage },
  problems: [422, 503],
};

const get: Operation = {
  id: "getCompany",
  summary: "One company",
  tag: "companies",
  path: companyPathParameters,
  responses: { 200: Company },
  problems: [404, 422, 503],
};

const listTrials: Operation = {
  id: "listCompanyTrials",
  summary: "The trials that a company leads or takes part in, page by page",
  tag: "companies",
  path: companyPathParameters,
  query: companyTrialParameters,
  responses: { 200: TrialPage },
  problems: [404, 422, 503],
};

/** What the company routes work with. */
export interface CompanyDependencies {
  readonly companies: CompanyRepository;
  readonly trials: TrialRepository;
  readonly cached: ReadThrough;
}

/** Companies and their trials. The scope they are added to demands a token. */
export function addCompanyRoutes(scope: FastifyInstance, dependencies: CompanyDependencies): void {
  const { companies, trials, cached } = dependencies;

  async function getCompany(companyId: string): Promise<string> {
    const body = await cached.item(`company:${companyId}`, () => companies.find(companyId));
    if (body === undefined) throw new Problem("not-found", "There is no such company.");
    return body;
  }

  scope.get("/v1/companies", { config: { operation: list } }, async (request, reply) => {
    const query = readParameters(request, { path: {}, query: companyListParameters });
    const wanted = { generation: "companies" as const, query: { kind: "companies", ...query } };
    return reply.type("application/json").send(await cached.list(wanted, () => companies.list(query)));
  });

  scope.get("/v1/companies/:companyId", { config: { operation: get } }, async (request, reply) => {
    const { companyId } = readPath(request.params, companyPathParameters);
    return reply.type("application/json").send(await getCompany(companyId));
  });

  const config = { operation: listTrials };
  scope.get("/v1/companies/:companyId/trials", { config }, async (request, reply) => {
    const parameters = { path: companyPathParameters, query: companyTrialParameters };
    const { companyId, ...query } = readParameters(request, parameters);
    await getCompany(companyId);
    const wanted = {
      generation: "trials" as const,
      query: { kind: "company-trials", companyId, ...query },
    };
    const body = await cached.list(wanted, () => trials.listOfCompany(companyId, query));
    return reply.type("application/json").send(body);
  });
}
