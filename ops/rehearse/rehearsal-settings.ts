import { readFileSync, writeFileSync } from "node:fs";
import { parseDocument } from "yaml";
import type { ClusterAccess, SimulatedAtlas, SimulatedAura } from "./stage/simulators.ts";
import type { PushedImages } from "./world.ts";

/** Where the rehearsed stack finds what it deploys to. */
export interface Endpoints {
  readonly cluster: ClusterAccess;
  readonly atlas: SimulatedAtlas;
  readonly aura: SimulatedAura;
  readonly images: PushedImages;
}

/** The committed settings of the cloud stack, pointed at the stage. Nothing else is changed. */
export function pointAtStage(file: string, endpoints: Endpoints): void {
  const settings = parseDocument(readFileSync(file, "utf8"));
  for (const [key, value] of Object.entries(stageSettings(endpoints))) {
    const [name = "", ...path] = key.split(".");
    settings.setIn(["config", `trials:${name}`, ...path], value);
  }
  writeFileSync(file, settings.toString());
}

function stageSettings({ cluster, atlas, aura, images }: Endpoints): { [key: string]: unknown } {
  return {
    administratorEmail: "admin@trials.example",
    "gateway.host": "trials.example",
    images: { kind: "pinned", registry: images.repository, digests: images.digests },
    "kubernetes.kubeconfig": cluster.kubeconfig,
    ...(cluster.context !== undefined && { "kubernetes.context": cluster.context }),
    "kubernetes.patience": 45,
    "kubernetes.documentEgress": ["192.0.2.0/24"],
    "atlas.baseUrl": atlas.url,
    "atlas.clientId": atlas.clientId,
    "atlas.project.orgId": atlas.organisation,
    graph: {
      mode: "managed",
      egress: ["198.51.100.0/24"],
      baseUrl: aura.url,
      clientId: aura.clientId,
      tenantId: aura.tenant,
      region: "eu-west-1",
      settle: 0,
    },
  };
}
