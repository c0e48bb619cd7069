import { flag, text } from "./schema.ts";

/** What every resource of a project has. */
export const projectId = text({ required: true, forceNew: true });

export const clusterName = text({ required: true, forceNew: true });

/** Resources of the older SDK are made anew where it changes. */
export const deleteOnCreateTimeout = flag({ forceNew: true });
