import type * as pulumi from "@pulumi/pulumi";
import { backendNode } from "../catalogue/backend-node.ts";
import { backendPython } from "../catalogue/backend-python.ts";
import { parity } from "../catalogue/parity.ts";
import { replication } from "../catalogue/replication.ts";
import type { ServiceDefinition } from "../catalogue/service-definition.ts";
import type { AtlasDocumentDatabase, DocumentUser } from "../components/atlas-document-database.ts";
import { ParityService } from "../components/parity-service.ts";
import { Replication } from "../components/replication.ts";
import type { KubernetesPlatform } from "../platforms/kubernetes/kubernetes-platform.ts";
import type { CloudSettings } from "../settings/cloud-settings.ts";
import { documentsDestination } from "./cloud-platforms.ts";
import type { EnvironmentOutputs } from "./environment.ts";

const NODE = "trials_node";
const PYTHON = "trials_python";

/** Databases of the cluster, by the backend that owns them. */
export const DATABASES = { [backendNode.name]: NODE, [backendPython.name]: PYTHON } as const;

export interface CloudShiftArgs {
  readonly platform: KubernetesPlatform;
  readonly settings: CloudSettings;
  readonly documents: AtlasDocumentDatabase;
  /** The databases are filled, and the backends up. */
  readonly after: readonly pulumi.Resource[];
}

/** What moves traffic and data from Node to Python: the comparator, and the copying of documents while it is on. */
export function cloudShift(args: CloudShiftArgs) {
  const { enabled, share } = args.settings.parity;
  const comparator = enabled ? compare(args) : undefined;
  const copies = replicate(args);
  const outputs: EnvironmentOutputs["services"] = {
    ...(comparator && { [parity.name]: comparator.outputs }),
    ...(copies && { [replication.name]: copies.outputs }),
  };
  return {
    /** Where the gateway sends copies of reads. */
    copied: comparator && share > 0 ? { definition: parity, share } : undefined,
    after: comparator ? [comparator.workload.resource] : [],
    outputs,
  };
}

function compare({ platform, settings }: CloudShiftArgs) {
  const compared = (definition: ServiceDefinition) => ({ definition, host: definition.name });
  return new ParityService("parity", {
    platform,
    definition: parity,
    node: compared(backendNode),
    python: compared(backendPython),
    memory: settings.parity.memory,
  }).service;
}

function replicate({ platform, settings, documents, after }: CloudShiftArgs) {
  const ways = directionOf(settings);
  if (ways === undefined) return undefined;
  const login = documents.getBinding(replication.name);
  const at = (database: string) => login.apply(({ url }) => ({ url, database }));
  return new Replication("replication", {
    platform,
    definition: replication,
    databases: [documentsDestination(settings)],
    source: at(ways.source),
    target: at(ways.target),
    after: [...documents.resources, ...after],
  }).service;
}

/** The user of the copying, while it is on: it only reads what it copies from. */
export function replicationUser(settings: CloudSettings): { readonly [service: string]: DocumentUser } {
  const ways = directionOf(settings);
  if (ways === undefined) return {};
  const { source, target } = ways;
  const grants = [
    { database: source, access: "read" },
    { database: target, access: "read-write" },
  ] as const;
  return { [replication.name]: { database: target, grants } };
}

function directionOf(settings: CloudSettings) {
  switch (settings.replication) {
    case "off":
      return undefined;
    case "node-to-python":
      return { source: NODE, target: PYTHON };
    case "python-to-node":
      return { source: PYTHON, target: NODE };
  }
}
