import { findMapAt, mapsAt, textAt } from "../plain-values.ts";
import { referenceOf } from "./kube-api.ts";
import { KubeError } from "./kube-error.ts";
import type { KubeObject } from "./object.ts";
import { kindText, type Session, tell } from "./session.ts";

/** True where a job must be made anew because it did not end well. Other kinds cannot be judged so. */
export async function isUnreadyJob(session: Session, urn: string, live: KubeObject): Promise<boolean> {
  if (session.target.kind !== "cluster") {
    tell(session, "warning", urn, "Cluster is unreachable, skipping replaceUnready check");
    return false;
  }
  if (!kindText(live).endsWith("/Job")) {
    tell(session, "warning", urn, "replaceUnready annotation is not supported for this resource");
    return false;
  }
  try {
    return !isComplete(await session.target.api.get(referenceOf(live)));
  } catch (error) {
    // What cannot be read cannot be judged.
    if (error instanceof KubeError) return false;
    throw error;
  }
}

function isComplete(job: KubeObject): boolean {
  const conditions = mapsAt(findMapAt(job, "status") ?? {}, "conditions");
  return conditions.some((c) => textAt(c, "type") === "Complete" && textAt(c, "status") === "True");
}
