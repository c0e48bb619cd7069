import { textAt } from "../plain-values.ts";
import { referenceOf } from "./kube-api.ts";
import { KubeError } from "./kube-error.ts";
import type { KubeObject } from "./object.ts";
import { findCondition, isTrue, statusOf } from "./readiness.ts";
import { kindText, type Session, tell } from "./session.ts";

/** True where a job must be made anew because it did not end well. Other kinds cannot be judged so. */
export async function isUnreadyJob(session: Session, urn: string, live: KubeObject): Promise<boolean> {
  if (session.target.kind !== "cluster") {
    tell(session, "warning", urn, "Cluster is unreachable, skipping replaceUnready check");
    return false;
  }
  const endedWell = VERDICTS[kindText(live).replace(/^.*\//, "")];
  if (endedWell === undefined) {
    tell(session, "warning", urn, "replaceUnready annotation is not supported for this resource");
    return false;
  }
  try {
    return !endedWell(await session.target.api.get(referenceOf(live)));
  } catch (error) {
    // What cannot be read cannot be judged.
    if (error instanceof KubeError) return false;
    throw error;
  }
}

/** Kinds that end, and what says that they ended well. */
const VERDICTS: { readonly [kind: string]: (live: KubeObject) => boolean } = {
  Job: (job) => isTrue(findCondition(job, "Complete")),
  RayJob: (job) => textAt(statusOf(job), "jobStatus") === "SUCCEEDED",
};
