import * as pulumi from "@pulumi/pulumi";
import { backendNode } from "../catalogue/backend-node.ts";
import { backendPython } from "../catalogue/backend-python.ts";
import { gateway, gatewayTraffic } from "../catalogue/gateway.ts";
import { graphStore } from "../catalogue/graph-store.ts";
import { Credentials } from "../components/credentials.ts";
import { Gateway } from "../components/gateway.ts";
import { GraphDatabase } from "../components/graph-database.ts";
import { ServiceNetwork } from "../components/service-network.ts";
import { dockerPlatform } from "../platforms/docker/docker-platform.ts";
import type { Network, Platform } from "../platforms/platform.ts";
import { mebibytes } from "../quantities.ts";
import type { DockerSettings } from "../settings/docker-settings.ts";
import { analyticsNetworks, analyticsUsers, dockerAnalytics } from "./docker-analytics.ts";
import { dockerBackend } from "./docker-backend.ts";
import { dockerMonitoring, jobOutcomes } from "./docker-monitoring.ts";
import { dockerShift } from "./docker-shift.ts";
import type { EnvironmentOutputs } from "./environment.ts";

/** Everything on one Docker Engine: what dev and test are made of. Only their settings differ. */
export function dockerEnvironment(environment: "dev" | "test", settings: DockerSettings): EnvironmentOutputs {
  const platform = platformOf(settings);
  const networks = {
    node: new ServiceNetwork("node-network", { platform, service: backendNode.name }),
    python: new ServiceNetwork("python-network", { platform, service: backendPython.name }),
  };
  const analyticsLinks = settings.analytics.enabled ? analyticsNetworks(platform) : undefined;
  const graph = graphDatabase(
    { platform, settings },
    {
      users: [backendNode.name, backendPython.name, ...(analyticsLinks ? analyticsUsers : [])],
      networks: [networks.node, networks.python, ...Object.values(analyticsLinks ?? {})],
    },
  );
  const credentials = new Credentials("credentials", { administratorEmail: settings.administratorEmail });
  const outcomes = settings.monitoring.enabled ? jobOutcomes(platform, settings) : undefined;
  const shared = { platform, settings, graph, credentials, outcomes };
  const node = dockerBackend("node", backendNode, {
    ...shared,
    network: networks.node,
    own: settings.backendNode,
    documentPort: settings.documentStore.nodePort,
  });
  const python = dockerBackend("python", backendPython, {
    ...shared,
    network: networks.python,
    own: settings.backendPython,
    documentPort: settings.documentStore.pythonPort,
  });
  const analytics =
    analyticsLinks &&
    dockerAnalytics({ ...shared, networks: analyticsLinks, seeds: [node.seed, python.seed] });
  const shift = dockerShift({ platform, settings, node, python });
  const door = new Gateway("gateway", {
    platform,
    definition: gateway,
    trafficDefinition: gatewayTraffic,
    node: node.upstream,
    python: python.upstream,
    parity: shift.comparator,
    planet: analytics?.planet,
    notebooks: analytics?.notebooks,
    traffic: settings.gateway,
    sticky: settings.gateway.sticky,
    port: settings.gateway.port,
  });
  const monitoring =
    outcomes &&
    dockerMonitoring({
      ...{ platform, settings, outcomes },
      backends: [node, python],
      graph: { service: graph.service, definition: graphStore },
      upstreams: analytics ? [analytics.planet] : [],
      others: [{ service: door.service, definition: gateway }, ...shift.monitored],
    });
  const traffic = trafficOutputs(platform, settings);
  return {
    environment,
    ...traffic,
    services: {
      [gateway.name]: door.service.outputs,
      [graphStore.name]: graph.service.outputs,
      ...shift.outputs,
      ...analytics?.outputs,
      ...monitoring,
      ...node.outputs,
      ...python.outputs,
    },
    ...(analytics && { notebooks: { url: `${traffic.gatewayUrl}/notebooks/`, token: analytics.token } }),
    administrator: { email: settings.administratorEmail, password: credentials.administratorPassword },
  };
}

function trafficOutputs(
  { publicHost }: Platform,
  { gateway: { port, pythonWeight, systemOfRecord, writes }, replication }: DockerSettings,
): Pick<EnvironmentOutputs, "gatewayUrl" | "pythonWeight" | "traffic"> {
  const gatewayUrl = `http://${publicHost}:${port}`;
  return { gatewayUrl, pythonWeight, traffic: { systemOfRecord, writes, replication } };
}

function platformOf(settings: DockerSettings): Platform {
  return dockerPlatform({
    scope: { project: pulumi.getProject(), stack: pulumi.getStack() },
    bindAddress: settings.bindAddress,
    networkRange: settings.networkRange,
    base: settings.images.base,
    buildSettings: settings.images.buildSettings,
    sources: "services",
    store: ".images",
  });
}

interface Surroundings {
  readonly platform: Platform;
  readonly settings: DockerSettings;
}

function graphDatabase(
  { platform, settings }: Surroundings,
  shared: { readonly users: readonly string[]; readonly networks: readonly { readonly data: Network }[] },
): GraphDatabase {
  return new GraphDatabase("graph", {
    platform,
    definition: graphStore,
    users: shared.users,
    networks: shared.networks.map(({ data }) => data),
    boltPort: settings.graphStore.boltPort,
    httpPort: settings.graphStore.httpPort,
    memory: mebibytes(settings.graphStore.memory),
  });
}
