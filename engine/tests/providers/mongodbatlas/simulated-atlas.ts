import { onTestFinished } from "vitest";
import {
  type AtlasAdmin,
  type AtlasAdminOptions,
  startAtlasAdmin,
} from "../../../../simulators/atlas-admin/start-atlas-admin.ts";
import type { PropertyMap } from "../../../src/protocol/property-value.ts";
import { textAt } from "../../../src/providers/plain-values.ts";
import { type AtlasStack, atlasStack, type Recorded } from "./atlas-stack.ts";

export const typeOf = (name: string): string =>
  `mongodbatlas:index/${name.slice(0, 1).toLowerCase()}${name.slice(1)}:${name}`;

/** A simulated Atlas, and the adapter configured for it. */
export interface SimulatedAtlas {
  readonly atlas: AtlasAdmin;
  readonly stack: AtlasStack;
  readonly orgId: string;
  /** A row's key in the simulator's tables. */
  key(...parts: readonly string[]): string;
  project(): Promise<string>;
  /** A cluster with backup, ready. */
  cluster(projectId: string, name?: string): Promise<Recorded>;
}

/** Calls to what the simulator does not know fail the test. */
export async function simulatedAtlas(
  options: AtlasAdminOptions = {},
  { settings }: { readonly settings?: (atlas: AtlasAdmin) => PropertyMap } = {},
): Promise<SimulatedAtlas> {
  const atlas = await startAtlasAdmin(options);
  const inputs = settings?.(atlas) ?? { accessToken: atlas.accessToken };
  const stack = await atlasStack({ baseUrl: atlas.url, ...inputs });
  onTestFinished(async () => {
    await stack.provider.close();
    await atlas.close();
    if (atlas.unknownRoutes.length > 0) throw new Error(atlas.unknownRoutes.join("\n"));
  });
  const orgId = atlas.organisationId;
  let projects = 0;
  return {
    atlas,
    stack,
    orgId,
    key: (...parts) => parts.map(encodeURIComponent).join("/"),
    async project() {
      projects += 1;
      return (await stack.create(typeOf("Project"), { orgId, name: `trials-${projects}` })).id;
    },
    cluster: (projectId, name = "main") =>
      stack.create(typeOf("AdvancedCluster"), clusterNews({ projectId, name })),
  };
}

export function clusterNews(changes: PropertyMap): PropertyMap {
  const electableSpecs = { instanceSize: "M10", nodeCount: 3 };
  const region = { providerName: "AWS", regionName: "EU_WEST_1", priority: 7, electableSpecs };
  return {
    name: "main",
    clusterType: "REPLICASET",
    backupEnabled: true,
    pitEnabled: true,
    replicationSpecs: [{ regionConfigs: [region] }],
    ...changes,
  };
}

/** The part of a recorded resource that Atlas gave it. */
export function outputAt({ outputs }: Recorded, name: string): string {
  return textAt(outputs, name);
}
