import { z } from "zod";
import type { VendorApi } from "../../../data/cloud/vendor-api.ts";
import { readList } from "./pages.ts";

export const CLUSTER = "mongodbatlas:index/advancedCluster:AdvancedCluster";
export const FLEX_CLUSTER = "mongodbatlas:index/flexCluster:FlexCluster";
export const DATABASE_USER = "mongodbatlas:index/databaseUser:DatabaseUser";
export const PROJECT = "mongodbatlas:index/project:Project";

const clusterSchema = z.object({
  name: z.string(),
  stateName: z.string().optional(),
  createDate: z.string().optional(),
  tags: z.array(z.object({ key: z.string(), value: z.string() })).default([]),
});

const userSchema = z.object({
  username: z.string(),
  databaseName: z.string(),
  scopes: z.array(z.object({ name: z.string() })).default([]),
});

export type LiveCluster = z.infer<typeof clusterSchema> & { readonly type: string };
export type LiveUser = z.infer<typeof userSchema>;

/** What there is in a project that a stack might have made. */
export interface ProjectContents {
  readonly clusters: readonly LiveCluster[];
  readonly users: readonly LiveUser[];
}

export async function readContents(api: VendorApi, projectId: string): Promise<ProjectContents> {
  const clusters = { list: "clusters", version: "2024-08-05", row: clusterSchema };
  // One login for all that follows.
  const dedicated = await readList(api, projectId, clusters);
  const [flex, users] = await Promise.all([
    readList(api, projectId, { list: "flexClusters", version: "2024-11-13", row: clusterSchema }),
    readList(api, projectId, { list: "databaseUsers", version: "2023-01-01", row: userSchema }),
  ]);
  return {
    clusters: [
      ...dedicated.map((cluster) => ({ ...cluster, type: CLUSTER })),
      ...flex.map((cluster) => ({ ...cluster, type: FLEX_CLUSTER })),
    ],
    users,
  };
}
