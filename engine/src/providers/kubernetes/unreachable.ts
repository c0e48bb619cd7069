import { ProviderError } from "../../errors.ts";
import type { DeleteRequest, ReadRequest, ReadResult } from "../provider.ts";
import { type Session, tell } from "./session.ts";

export function noCluster(reason: string): ProviderError {
  return new ProviderError(`configured Kubernetes cluster is unreachable: ${reason}`, { status: "unknown" });
}

const GONE_CLUSTER = 'with the PULUMI_K8S_DELETE_UNREACHABLE environment variable set to "true"';

/** What a refresh does without a cluster: forget the object or keep it if that is wanted, else fail. */
export function readUnreachable(
  session: Session,
  reason: string,
  request: ReadRequest,
): ReadResult | undefined {
  if (!isWorthAnError(session, reason, request.urn)) return undefined;
  if (session.settings.skipUpdateUnreachable) {
    tell(session, "info", request.urn, KEPT);
    return { id: request.id, inputs: request.inputs, outputs: request.state };
  }
  throw new ProviderError(
    "failed to read resource state due to unreachable cluster. If the cluster was deleted, you can remove this " +
      `resource from Pulumi state by rerunning the operation ${GONE_CLUSTER}`,
    { status: "unknown" },
  );
}

/** A delete without a cluster succeeds only where the cluster may be taken for gone. */
export function deleteUnreachable(session: Session, reason: string, request: DeleteRequest): void {
  if (!isWorthAnError(session, reason, request.urn)) return;
  throw new ProviderError(
    "configured Kubernetes cluster is unreachable. If the cluster was deleted, you can remove this resource from " +
      `Pulumi state by rerunning the operation ${GONE_CLUSTER}`,
    { status: "unknown" },
  );
}

const KEPT =
  "configured Kubernetes cluster is unreachable and the `skipUnreachable` option is enabled. Returned data could not " +
  "reflect the actual cluster configuration.";
const FORGOTTEN =
  "configured Kubernetes cluster is unreachable and the `deleteUnreachable` option is enabled. Deleting the " +
  "unreachable resource from Pulumi state";

/** Warns; false where the object is to be forgotten. */
function isWorthAnError(session: Session, reason: string, urn: string): boolean {
  tell(session, "warning", urn, `configured Kubernetes cluster is unreachable: ${reason}`);
  if (!session.settings.deleteUnreachable) return true;
  tell(session, "info", urn, FORGOTTEN);
  return false;
}
