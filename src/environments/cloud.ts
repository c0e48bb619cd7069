import * as pulumi from "@pulumi/pulumi";
import { backendNode } from "../catalogue/backend-node.ts";
import { backendPython } from "../catalogue/backend-python.ts";
import { cacheOf } from "../catalogue/cache.ts";
import { knowledgeGraph } from "../catalogue/knowledge-graph.ts";
import { fleetingNotebooks } from "../catalogue/notebooks.ts";
import { planet } from "../catalogue/planet.ts";
import { schemaOf } from "../catalogue/schema.ts";
import { seedOf } from "../catalogue/seed.ts";
import type { ServiceDefinition } from "../catalogue/service-definition.ts";
import { AtlasDocumentDatabase, type DocumentUser } from "../components/atlas-document-database.ts";
import { AuraGraphDatabase } from "../components/aura-graph-database.ts";
import { Backend } from "../components/backend.ts";
import { Credentials } from "../components/credentials.ts";
import { GatewayRoutes } from "../components/gateway-routes.ts";
import { KnowledgeGraphJob } from "../components/knowledge-graph-job.ts";
import { NotebookServer } from "../components/notebook-server.ts";
import { SchemaJob } from "../components/schema-job.ts";
import { SeedJob } from "../components/seed-job.ts";
import { AtlasPlatform } from "../platforms/atlas/atlas-platform.ts";
import { AuraPlatform } from "../platforms/aura/aura-platform.ts";
import { KubernetesPlatform } from "../platforms/kubernetes/kubernetes-platform.ts";
import type { Destination } from "../platforms/platform.ts";
import { mebibytes } from "../quantities.ts";
import type { CloudSettings } from "../settings/cloud-settings.ts";
import { readAlertRules } from "./alert-rules.ts";
import {
  atlasArgs,
  auraArgs,
  documentsDestination,
  graphDestination,
  kubernetesArgs,
  scaleOf,
} from "./cloud-platforms.ts";
import { cloudPredictions } from "./cloud-predictions.ts";
import { cloudShift, DATABASES, replicationUser } from "./cloud-shift.ts";
import type { EnvironmentOutputs } from "./environment.ts";

/** Production: services on Kubernetes, documents at MongoDB Atlas, the graph at Neo4j AuraDB. */
export function cloud(settings: CloudSettings): EnvironmentOutputs {
  const scope = { project: pulumi.getProject(), stack: pulumi.getStack() };
  const platform = new KubernetesPlatform("kubernetes", kubernetesArgs(scope, settings));
  platform.alertRules("alerts", readAlertRules(), { parent: platform });
  const documents = new AtlasDocumentDatabase("documents", {
    platform: new AtlasPlatform("atlas", atlasArgs(scope, settings)),
    users: { ...documentUsers(), ...replicationUser(settings) },
    searched: searchedCollections(settings),
  });
  const graph = new AuraGraphDatabase("graph", {
    platform: new AuraPlatform("aura", auraArgs(scope, settings)),
  });
  const credentials = new Credentials("credentials", { administratorEmail: settings.administratorEmail });
  const parts = { platform, documents, graph, credentials, settings };
  const node = backend("node", backendNode, { ...parts, own: settings.backendNode });
  const python = backend("python", backendPython, { ...parts, own: settings.backendPython });
  new KnowledgeGraphJob("knowledge", {
    platform,
    definition: knowledgeGraph,
    databases: [graphDestination(settings)],
    graph: graph.binding,
    repeats: { cron: settings.knowledgeGraph.schedule, timeZone: settings.knowledgeGraph.timeZone },
    after: [...graph.resources, node.seed, python.seed],
  });
  const predictions = cloudPredictions({ platform, credentials, settings });
  const notebooks = new NotebookServer("notebooks", {
    platform,
    definition: fleetingNotebooks,
    databases: [graphDestination(settings)],
    graph: graph.binding,
    memory: fleetingNotebooks.memory,
    after: graph.resources,
  });
  const backends = [node, python].flatMap(({ seed, service }) => [seed, service.service.workload.resource]);
  const shift = cloudShift({ platform, settings, documents, after: backends });
  const gateway = new GatewayRoutes("gateway", {
    platform,
    node: backendNode,
    python: backendPython,
    traffic: settings.gateway,
    sticky: settings.gateway.sticky,
    parity: shift.copied,
    others: [
      { path: "/planet", definition: planet, stripsPath: true },
      { path: "/notebooks", definition: fleetingNotebooks, stripsPath: false },
    ],
    after: [
      ...backends,
      ...[predictions.service, notebooks.service].map(({ workload }) => workload.resource),
      ...shift.after,
    ],
  });
  return {
    environment: "cloud",
    gatewayUrl: gateway.url,
    ...trafficOutputs(settings),
    services: {
      ...node.outputs,
      ...python.outputs,
      ...shift.outputs,
      [planet.name]: predictions.service.outputs,
      [fleetingNotebooks.name]: notebooks.service.outputs,
    },
    administrator: { email: settings.administratorEmail, password: credentials.administratorPassword },
    notebooks: { url: `${gateway.url}/notebooks/`, token: notebooks.token },
    cloud: pulumi.output({
      namespace: platform.namespace,
      documents: { projectId: documents.cluster.projectId, cluster: documents.cluster.name },
      graph: { instanceId: graph.instanceId },
    }),
  };
}

function trafficOutputs({
  gateway: { pythonWeight, systemOfRecord, writes },
  replication,
}: CloudSettings): Pick<EnvironmentOutputs, "pythonWeight" | "traffic"> {
  return { pythonWeight, traffic: { systemOfRecord, writes, replication } };
}

interface BackendParts {
  readonly platform: KubernetesPlatform;
  readonly documents: AtlasDocumentDatabase;
  readonly graph: AuraGraphDatabase;
  readonly credentials: Credentials;
  readonly settings: CloudSettings;
  readonly own: CloudSettings["backendNode"];
}

/** A backend with what is its own: seeded data, a cache, a user of each database. */
function backend(name: string, definition: ServiceDefinition, parts: BackendParts) {
  const { platform, documents, graph, settings, own } = parts;
  const databases: readonly Destination[] = [documentsDestination(settings), graphDestination(settings)];
  const stores = [...documents.resources, ...graph.resources];
  const schemaDefinition = schemaOf(definition.name);
  const schema = new SchemaJob(`${name}-schema`, {
    platform,
    definition: schemaDefinition,
    databases,
    documents: documents.getBinding(schemaDefinition.name),
    graph: graph.binding,
    after: stores,
  });
  const seedDefinition = seedOf(definition.name);
  const seed = new SeedJob(`${name}-seed`, {
    platform,
    definition: seedDefinition,
    databases,
    documents: documents.getBinding(seedDefinition.name),
    graph: graph.binding,
    after: [...stores, schema.job],
  });
  const cacheDefinition = cacheOf(definition.name);
  const service = new Backend(`${name}-backend`, {
    platform,
    definition,
    cacheDefinition,
    cacheFilledUnder: settings.gateway.systemOfRecord,
    databases,
    documents: documents.getBinding(definition.name),
    graph: graph.binding,
    credentials: parts.credentials,
    memory: mebibytes(own.memory),
    scale: scaleOf(own),
    logLevel: settings.logLevel,
    after: [...stores, seed.job],
  });
  const outputs = {
    [definition.name]: service.service.outputs,
    [cacheDefinition.name]: service.cache.service.outputs,
  };
  return { service, seed: seed.job, outputs };
}

/** Each backend's user, and those of the jobs that fill its database and change its schema. */
function documentUsers(): { readonly [service: string]: DocumentUser } {
  return Object.fromEntries(
    Object.entries(DATABASES).flatMap(([service, database]): [string, DocumentUser][] => [
      [service, { database }],
      [seedOf(service).name, { database }],
      [schemaOf(service).name, { database, grants: [{ database, access: "schema" }] }],
    ]),
  );
}

function searchedCollections({ atlas }: CloudSettings) {
  if (atlas.cluster.kind === "flex" || !atlas.cluster.search) return [];
  return Object.values(DATABASES).map((database) => ({ database, collection: "trials" }));
}
