import * as pulumi from "@pulumi/pulumi";
import { backendNode } from "../catalogue/backend-node.ts";
import { backendPython } from "../catalogue/backend-python.ts";
import { cacheOf } from "../catalogue/cache.ts";
import { embeddedDocumentStoreOf, mongodbDocumentStoreOf } from "../catalogue/document-store.ts";
import { gateway } from "../catalogue/gateway.ts";
import { graphStore } from "../catalogue/graph-store.ts";
import { seedOf } from "../catalogue/seed.ts";
import type { ServiceDefinition } from "../catalogue/service-definition.ts";
import { Backend } from "../components/backend.ts";
import { Credentials } from "../components/credentials.ts";
import { DocumentDatabase } from "../components/document-database.ts";
import { Gateway } from "../components/gateway.ts";
import { GraphDatabase } from "../components/graph-database.ts";
import { SeedJob } from "../components/seed-job.ts";
import { ServiceNetwork } from "../components/service-network.ts";
import { dockerPlatform } from "../platforms/docker/docker-platform.ts";
import type { Platform } from "../platforms/platform.ts";
import { mebibytes } from "../quantities.ts";
import type { DockerSettings } from "../settings/docker-settings.ts";
import { analyticsNetworks, analyticsUsers, dockerAnalytics } from "./docker-analytics.ts";
import type { EnvironmentOutputs } from "./environment.ts";

/** Everything on one Docker Engine: what dev and test are made of. Only their settings differ. */
export function dockerEnvironment(environment: "dev" | "test", settings: DockerSettings): EnvironmentOutputs {
  const platform = dockerPlatform({
    scope: { project: pulumi.getProject(), stack: pulumi.getStack() },
    bindAddress: settings.bindAddress,
    base: settings.images.base,
    buildSettings: settings.images.buildSettings,
    sources: "services",
    store: ".images",
  });
  const networks = {
    node: new ServiceNetwork("node-network", { platform, service: backendNode.name }),
    python: new ServiceNetwork("python-network", { platform, service: backendPython.name }),
  };
  const analyticsLinks = settings.analytics.enabled ? analyticsNetworks(platform) : undefined;
  const graph = new GraphDatabase("graph", {
    platform,
    definition: graphStore,
    users: [backendNode.name, backendPython.name, ...(analyticsLinks ? analyticsUsers : [])],
    networks: [networks.node, networks.python, ...Object.values(analyticsLinks ?? {})].map(
      ({ data }) => data,
    ),
    boltPort: settings.graphStore.boltPort,
    httpPort: settings.graphStore.httpPort,
    memory: mebibytes(settings.graphStore.memory),
  });
  const credentials = new Credentials("credentials", { administratorEmail: settings.administratorEmail });
  const shared = { platform, settings, graph, credentials };
  const node = backend("node", backendNode, {
    ...shared,
    network: networks.node,
    own: settings.backendNode,
    documentPort: settings.documentStore.nodePort,
  });
  const python = backend("python", backendPython, {
    ...shared,
    network: networks.python,
    own: settings.backendPython,
    documentPort: settings.documentStore.pythonPort,
  });
  const analytics =
    analyticsLinks &&
    dockerAnalytics({ ...shared, networks: analyticsLinks, seeds: [node.seed, python.seed] });
  const door = new Gateway("gateway", {
    platform,
    definition: gateway,
    node: { service: node.backend.service, definition: backendNode, network: networks.node.edge },
    python: { service: python.backend.service, definition: backendPython, network: networks.python.edge },
    planet: analytics?.planet,
    notebooks: analytics?.notebooks,
    pythonWeight: settings.gateway.pythonWeight,
    port: settings.gateway.port,
  });
  return {
    environment,
    gatewayUrl: `http://${platform.publicHost}:${settings.gateway.port}`,
    pythonWeight: settings.gateway.pythonWeight,
    services: {
      [gateway.name]: door.service.outputs,
      [graphStore.name]: graph.service.outputs,
      ...analytics?.outputs,
      ...node.outputs,
      ...python.outputs,
    },
    ...(analytics && {
      notebooks: {
        url: `http://${platform.publicHost}:${settings.gateway.port}/notebooks/`,
        token: analytics.token,
      },
    }),
    administrator: { email: settings.administratorEmail, password: credentials.administratorPassword },
  };
}

interface BackendParts {
  readonly platform: Platform;
  readonly settings: DockerSettings;
  readonly graph: GraphDatabase;
  readonly credentials: Credentials;
  readonly network: ServiceNetwork;
  readonly own: { readonly port: number; readonly memory: number };
  readonly documentPort: number;
}

/** A backend with what is its own: document database, seeded data, cache. */
function backend(name: string, definition: ServiceDefinition, parts: BackendParts) {
  const { platform, settings, graph, network } = parts;
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
  const seed = new SeedJob(`${name}-seed`, {
    platform,
    definition: seedOf(definition.name),
    network: network.data,
    ...binding,
    after: stores,
  });
  const service = new Backend(`${name}-backend`, {
    platform,
    definition,
    cacheDefinition: cache,
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
  return { backend: service, seed: seed.job, outputs };
}
