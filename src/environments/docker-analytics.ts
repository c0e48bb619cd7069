import type * as pulumi from "@pulumi/pulumi";
import { knowledgeGraph } from "../catalogue/knowledge-graph.ts";
import { notebooks } from "../catalogue/notebooks.ts";
import { planet, planetTraining } from "../catalogue/planet.ts";
import type { Credentials } from "../components/credentials.ts";
import type { Upstream } from "../components/gateway.ts";
import type { GraphDatabase } from "../components/graph-database.ts";
import type { JobOutcomes } from "../components/job-outcomes.ts";
import { KnowledgeGraphJob } from "../components/knowledge-graph-job.ts";
import { NotebookServer } from "../components/notebook-server.ts";
import { PredictionService } from "../components/prediction-service.ts";
import { ServiceNetwork } from "../components/service-network.ts";
import { StoreNetwork } from "../components/store-network.ts";
import type { Platform } from "../platforms/platform.ts";
import { mebibytes } from "../quantities.ts";
import type { DockerSettings } from "../settings/docker-settings.ts";
import type { EnvironmentOutputs } from "./environment.ts";

/** Users of the graph database beside the backends. */
export const analyticsUsers = [knowledgeGraph.name, notebooks.name];

/** Networks that the graph database shares with the analytics. */
export function analyticsNetworks(platform: Platform) {
  return {
    knowledge: new StoreNetwork("knowledge-network", { platform, service: knowledgeGraph.name }),
    notebooks: new ServiceNetwork("notebooks-network", { platform, service: notebooks.name }),
  };
}

export interface AnalyticsArgs {
  readonly platform: Platform;
  readonly settings: DockerSettings;
  readonly networks: ReturnType<typeof analyticsNetworks>;
  readonly graph: GraphDatabase;
  readonly credentials: Credentials;
  /** The jobs that load the trials. */
  readonly seeds: readonly pulumi.Resource[];
  readonly outcomes: JobOutcomes | undefined;
}

/** What the gateway serves of the analytics, and their outputs. */
export interface Analytics {
  readonly planet: Upstream;
  readonly notebooks: Upstream;
  /** Lets its bearer into the notebooks. */
  readonly token: pulumi.Output<string>;
  readonly outputs: EnvironmentOutputs["services"];
}

/** Predictions, the knowledge graph, and notebooks over it. */
export function dockerAnalytics(args: AnalyticsArgs): Analytics {
  const { platform, settings, networks, graph } = args;
  new KnowledgeGraphJob("knowledge", {
    platform,
    definition: knowledgeGraph,
    network: networks.knowledge.data,
    graph: graph.getBinding(knowledgeGraph.name),
    after: [graph.service.workload.resource, ...args.seeds],
    outcomes: args.outcomes,
  });
  const predictions = new PredictionService("planet", {
    platform,
    definition: planet,
    trainingDefinition: planetTraining,
    credentials: args.credentials,
    memory: mebibytes(settings.planet.memory),
    logLevel: settings.logLevel,
  });
  const lab = new NotebookServer("notebooks", {
    platform,
    definition: notebooks,
    networks: [networks.notebooks.edge, networks.notebooks.data],
    graph: graph.getBinding(notebooks.name),
    memory: mebibytes(settings.notebooks.memory),
    after: [graph.service.workload.resource],
  });
  return {
    planet: { service: predictions.service, definition: planet, network: predictions.edge },
    notebooks: { service: lab.service, definition: notebooks, network: networks.notebooks.edge },
    token: lab.token,
    outputs: { [planet.name]: predictions.service.outputs, [notebooks.name]: lab.service.outputs },
  };
}
