import type { FastifyInstance } from "fastify";
import type { TSchema } from "typebox";

import type { Parameters } from "../domain/parameters.ts";
import { NAMED_SCHEMAS, ProblemDocument } from "../domain/schemas.ts";

/** How a route is documented. */
export interface Operation {
  readonly id: string;
  readonly summary: string;
  readonly tag: "health" | "auth" | "companies" | "trials";
  readonly open?: boolean;
  readonly path?: Parameters;
  readonly query?: Parameters;
  readonly body?: TSchema;
  /** Schemas of the answers with a body; null stands for an answer without one. */
  readonly responses: Readonly<Record<number, TSchema | null>>;
  /** Statuses that are answered with a problem, besides those every operation may give. */
  readonly problems?: readonly number[];
}

declare module "fastify" {
  interface FastifyContextConfig {
    operation?: Operation;
  }
}

const DESCRIPTIONS: Readonly<Record<number, string>> = {
  200: "OK",
  301: "The trial has another identifier now; see Location.",
  401: "Not logged in",
  404: "Not found",
  413: "The body is too large",
  415: "The body is not JSON",
  422: "The request is not valid",
  429: "Too many attempts",
  503: "A dependency is down",
};

/** Collects the routes that are added after it and serves their OpenAPI document. */
export function addOpenapi(app: FastifyInstance, version: string): void {
  const paths: Record<string, Record<string, object>> = {};
  app.addHook("onRoute", ({ url, method, config }) => {
    const operation = config?.operation;
    if (operation === undefined) return;
    const path = url.replaceAll(/:(\w+)/g, "{$1}");
    paths[path] = { ...paths[path], [String(method).toLowerCase()]: describeOperation(operation) };
  });
  app.get("/openapi.json", () => ({
    openapi: "3.1.0",
    info: {
      title: "Trials API",
      version,
      description:
        "Clinical trials and the companies behind them. Data: ClinicalTrials.gov, U.S. National Library of Medicine, modified; gathered by topic, not a random sample.",
    },
    paths,
    components: {
      schemas: Object.fromEntries(
        Object.entries(NAMED_SCHEMAS).map(([name, schema]) => [name, withReferences(schema, schema)]),
      ),
      securitySchemes: { bearer: { type: "http", scheme: "bearer", bearerFormat: "JWT" } },
    },
  }));
}

function describeOperation(operation: Operation): object {
  const parameters = [
    ...describeParameters("path", operation.path ?? {}),
    ...describeParameters("query", operation.query ?? {}),
  ];
  return {
    operationId: operation.id,
    summary: operation.summary,
    tags: [operation.tag],
    ...(operation.open !== true && { security: [{ bearer: [] }] }),
    ...(parameters.length > 0 && { parameters }),
    ...(operation.body && { requestBody: { required: true, content: json(operation.body) } }),
    responses: describeResponses(operation),
  };
}

function describeParameters(place: "path" | "query", parameters: Parameters): object[] {
  return Object.entries(parameters).map(([name, { schema }]) => ({
    name,
    in: place,
    required: place === "path",
    schema,
  }));
}

function describeResponses(operation: Operation): object {
  const problems = [...(operation.problems ?? []), ...(operation.open === true ? [] : [401])];
  const answers = Object.entries(operation.responses).map(([status, schema]) => [
    status,
    { description: DESCRIPTIONS[Number(status)], ...(schema && { content: json(schema) }) },
  ]);
  const refusals = problems.map((status) => [
    status,
    {
      description: DESCRIPTIONS[status],
      content: { "application/problem+json": { schema: withReferences(ProblemDocument) } },
    },
  ]);
  return Object.fromEntries([...answers, ...refusals]);
}

function json(schema: TSchema): object {
  return { "application/json": { schema: withReferences(schema) } };
}

/** A copy of a schema in which named schemas are references; `itself` is the one being defined. */
function withReferences(schema: unknown, itself?: TSchema): unknown {
  if (typeof schema !== "object" || schema === null) return schema;
  if (schema !== itself) {
    const name = Object.keys(NAMED_SCHEMAS).find((known) => NAMED_SCHEMAS[known] === schema);
    if (name !== undefined) return { $ref: `#/components/schemas/${name}` };
  }
  if (Array.isArray(schema)) return schema.map((part) => withReferences(part));
  return Object.fromEntries(Object.entries(schema).map(([key, part]) => [key, withReferences(part)]));
}
