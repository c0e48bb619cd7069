import Fastify, { type FastifyInstance, LogController } from "fastify";
import type { DestinationStream } from "pino";

import type { Config } from "./config.ts";
import { AccountRepository } from "./domain/accounts.ts";
import { CompanyRepository } from "./domain/companies.ts";
import { cursorCodec } from "./domain/cursor.ts";
import { LoginLimit } from "./domain/login-limit.ts";
import { ReadThrough } from "./domain/read-through.ts";
import { accessTokens } from "./domain/tokens.ts";
import { TrialRepository } from "./domain/trials.ts";
import { createMetrics, measureRequests, noteDependencies, serveMetrics } from "./metrics.ts";
import { requireToken } from "./plugins/authentication.ts";
import { addOpenapi } from "./plugins/openapi.ts";
import { addProblemHandlers, answerBadAddress } from "./plugins/problems.ts";
import { addRequestHooks, requestIdOf } from "./plugins/requests.ts";
import { addAuthRoutes } from "./routes/auth.ts";
import { addCompanyRoutes } from "./routes/companies.ts";
import { addHealthRoutes } from "./routes/health.ts";
import { addTrialRoutes } from "./routes/trials.ts";
import { openStores } from "./stores.ts";

const API_VERSION = "1.0.0";
const BODY_LIMIT = 64 * 1024;

/** Builds the service; it connects to its stores but listens to nobody yet. */
export function buildApp(config: Config, logTo?: DestinationStream): FastifyInstance {
  const app = createServer(config, logTo);
  const stores = openStores(config, (error) => app.log.warn({ reason: error.message }, "the cache is down"));
  const prefix = `ct:${config.environment}:v1:`;
  const cursors = cursorCodec(config.cursorKey);
  const tokens = accessTokens(config.jwt);
  const accounts = new AccountRepository(stores.documents, config.administrator);
  const companies = new CompanyRepository(stores.documents, cursors);
  const trials = new TrialRepository(stores.documents, cursors);
  const cached = new ReadThrough(stores.cache, prefix);
  const metrics = createMetrics();

  measureRequests(app, metrics);
  serveMetrics(app, metrics, config.metricsPort);
  addRequestHooks(app);
  addProblemHandlers(app);
  addOpenapi(app, API_VERSION);
  const probes = {
    mongo: () => accounts.ensureAdministrator().then(() => stores.documents.command({ ping: 1 })),
    neo4j: stores.graph.ping,
    cache: stores.cache.ping,
  };
  addHealthRoutes(app, probes, (readiness) => noteDependencies(metrics, readiness));
  addAuthRoutes(app, { accounts, tokens, limit: new LoginLimit(stores.cache, prefix) });
  app.register((scope, _options, done) => {
    requireToken(scope, tokens);
    addCompanyRoutes(scope, { companies, trials, cached });
    addTrialRoutes(scope, { trials, cached });
    done();
  });
  app.addHook("onReady", async () => {
    await stores.opened();
    void accounts.ensureAdministrator().catch((error: Error) => {
      app.log.warn({ reason: error.message }, "the administrator is made once the document store answers");
    });
  });
  app.addHook("onClose", () => stores.close());
  return app;
}

function createServer(config: Config, logTo: DestinationStream | undefined): FastifyInstance {
  const app = Fastify({
    logger: {
      level: config.logLevel,
      base: { service: config.serviceName },
      messageKey: "message",
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (level) => ({ level }) },
      ...(logTo && { stream: logTo }),
    },
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: "requestId" }),
    genReqId: requestIdOf,
    trustProxy: config.trustedProxies.length > 0 ? [...config.trustedProxies] : false,
    bodyLimit: BODY_LIMIT,
    exposeHeadRoutes: false,
    routerOptions: { maxParamLength: 2000 },
    frameworkErrors: answerBadAddress,
  });
  app.decorateRequest("principal", null);
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", { parseAs: "buffer" }, async (_request: unknown, body: unknown) => body);
  return app;
}
