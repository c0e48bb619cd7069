import { cacheOf } from "../catalogue/cache.ts";
import { embeddedDocumentStoreOf, mongodbDocumentStoreOf } from "../catalogue/document-store.ts";
import { cacheExporterOf } from "../catalogue/monitoring.ts";
import { schemaOf } from "../catalogue/schema.ts";
import { seedOf } from "../catalogue/seed.ts";
import type { ServiceDefinition } from "../catalogue/service-definition.ts";
import { Backend } from "../components/backend.ts";
import type { Credentials } from "../components/credentials.ts";
import { DocumentDatabase } from "../components/document-database.ts";
import type { Upstream } from "../components/gateway.ts";
import type { GraphDatabase } from "../components/graph-database.ts";
import type { JobOutcomes } from "../components/job-outcomes.ts";
import type { Monitored } from "../components/monitoring.ts";
import { SchemaJob } from "../components/schema-job.ts";
import { SeedJob } from "../components/seed-job.ts";
import type { ServiceNetwork } from "../components/service-network.ts";
import type { Platform } from "../platforms/platform.ts";
import { mebibytes } from "../quantities.ts";
import type { DockerSettings } from "../settings/docker-settings.ts";

/** What a backend is made with. */
export interface DockerBackendParts {
  readonly platform: Platform;
  readonly settings: DockerSettings;
  readonly graph: GraphDatabase;
  readonly credentials: Credentials;
  readonly network: ServiceNetwork;
  readonly own: { readonly port: number; readonly memory: number };
  readonly documentPort: number;
  readonly outcomes: JobOutcomes | undefined;
}

/** A backend with what is its own: document database, seeded data, cache. */
export function dockerBackend(name: string, definition: ServiceDefinition, parts: DockerBackendParts) {
  const { platform, settings, graph, network, outcomes } = parts;
  const { engine } = settings.documentStore;
  const store =
    engine === "embedded"
      ? embeddedDocumentStoreOf(definition.name)
      : mongodbDocumentStoreOf(definition.name);
  const cache = cacheOf(definition.name);
  const documents = new DocumentDatabase(`${name}-documents`, {
    platform,
    engine,
    definition: store,
    database: "trials",
    network: network.data,
    port: parts.documentPort,
    memory: mebibytes(settings.documentStore.memory),
  });
  const stores = [documents.service.workload.resource, graph.service.workload.resource];
  const binding = { documents: documents.binding, graph: graph.getBinding(definition.name) };
  const schema = new SchemaJob(`${name}-schema`, {
    platform,
    definition: schemaOf(definition.name),
    network: network.data,
    ...binding,
    after: stores,
  });
  const seed = new SeedJob(`${name}-seed`, {
    platform,
    definition: seedOf(definition.name),
    network: network.data,
    ...binding,
    after: [...stores, schema.job],
    outcomes,
  });
  const exporter = outcomes && { definition: cacheExporterOf(definition.name), network: outcomes.network };
  const service = new Backend(`${name}-backend`, {
    platform,
    definition,
    cacheDefinition: cache,
    cacheExporter: exporter,
    network,
    ...binding,
    credentials: parts.credentials,
    port: parts.own.port,
    memory: mebibytes(parts.own.memory),
    logLevel: settings.logLevel,
    after: [...stores, seed.job],
  });
  const outputs = {
    [definition.name]: service.service.outputs,
    [store.name]: documents.service.outputs,
    [cache.name]: service.cache.service.outputs,
  };
  const upstream: Upstream = { service: service.service, definition, network: network.edge };
  const exporters: Monitored[] =
    exporter && service.cache.exporter
      ? [{ service: service.cache.exporter, definition: exporter.definition }]
      : [];
  return {
    upstream,
    network,
    documents: documents.binding,
    store: { service: documents.service, definition: store },
    seed: seed.job,
    outputs,
    exporters,
  };
}

export type DockerBackend = ReturnType<typeof dockerBackend>;
