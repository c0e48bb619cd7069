import type { Route } from "../route.ts";
import { accessListRoutes } from "./access-list.ts";
import { clusterSettingsRoutes } from "./cluster-settings.ts";
import { clusterRoutes } from "./clusters.ts";
import { databaseUserRoutes } from "./database-users.ts";
import { flexClusterRoutes } from "./flex-clusters.ts";
import { projectSettingsRoutes } from "./project-settings.ts";
import { projectRoutes } from "./projects.ts";

/** Everything that the simulator answers to. */
export const allRoutes: readonly Route[] = [
  ...projectRoutes,
  ...projectSettingsRoutes,
  ...clusterRoutes,
  ...clusterSettingsRoutes,
  ...flexClusterRoutes,
  ...databaseUserRoutes,
  ...accessListRoutes,
];
