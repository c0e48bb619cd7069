import type * as pulumi from "@pulumi/pulumi";
import type { DocumentBinding } from "../../contracts/binding.ts";
import { parity } from "../catalogue/parity.ts";
import { replication } from "../catalogue/replication.ts";
import type { Upstream } from "../components/gateway.ts";
import { ParityService } from "../components/parity-service.ts";
import { Replication } from "../components/replication.ts";
import type { ServiceNetwork } from "../components/service-network.ts";
import type { Platform } from "../platforms/platform.ts";
import type { DockerSettings } from "../settings/docker-settings.ts";
import type { EnvironmentOutputs } from "./environment.ts";

/** One of the two backends, as the shift between them sees it. */
export interface ShiftedBackend {
  readonly upstream: Upstream;
  readonly network: ServiceNetwork;
  readonly documents: pulumi.Output<DocumentBinding>;
  readonly seed: pulumi.Resource;
}

export interface DockerShiftArgs {
  readonly platform: Platform;
  readonly settings: DockerSettings;
  readonly node: ShiftedBackend;
  readonly python: ShiftedBackend;
}

/** What moves traffic and data from Node to Python: the comparator, and the copying of documents while it is on. */
export function dockerShift(args: DockerShiftArgs) {
  const comparator = args.settings.parity.enabled ? compare(args) : undefined;
  const copies = replicate(args);
  const outputs: EnvironmentOutputs["services"] = {
    ...(comparator && { [parity.name]: comparator.outputs }),
    ...(copies && { [replication.name]: copies.outputs }),
  };
  const copied = comparator && {
    service: comparator,
    definition: parity,
    network: args.node.network.edge,
    share: args.settings.parity.share,
  };
  return { comparator: copied, monitored: copied ? [copied] : [], outputs };
}

function compare({ platform, settings, node, python }: DockerShiftArgs) {
  const compared = ({ upstream: { service, definition, network } }: ShiftedBackend) => ({
    definition,
    host: service.workload.name,
    network,
  });
  return new ParityService("parity", {
    platform,
    definition: parity,
    node: compared(node),
    python: compared(python),
    memory: settings.parity.memory,
  }).service;
}

function replicate({ platform, settings, node, python }: DockerShiftArgs) {
  if (settings.replication === "off") return undefined;
  const [source, target] = settings.replication === "node-to-python" ? [node, python] : [python, node];
  return new Replication("replication", {
    platform,
    definition: replication,
    networks: [node.network.data, python.network.data],
    source: source.documents,
    target: target.documents,
    after: [node, python].flatMap(({ seed, upstream }) => [seed, upstream.service.workload.resource]),
  }).service;
}
