import { ProviderError } from "../../errors.ts";
import { containsSecrets } from "../../plan/secrets.ts";
import { Computed, isPropertyMap } from "../../protocol/property-value.ts";
import { findMapAt, textAt } from "../plain-values.ts";
import type { CheckRequest, CheckResult } from "../provider.ts";
import { AUTONAMED, HELM_HOOK } from "./annotations.ts";
import { isListType, isPatchType, kindOfType } from "./api-kind.ts";
import { assignName, isNamed, isNamedByServer } from "./autoname.ts";
import { normalizeInputs, placeUnknownTexts } from "./normalize.ts";
import { type KubeObject, metadataOf, namespaceOf, toObject, withMetadata } from "./object.ts";
import { markSecrets } from "./secrets.ts";
import { isNamespaced, rememberDefinition, type Session, tell } from "./session.ts";

/** Completes the inputs: one form, a name, a namespace. */
export async function checkInputs(session: Session, request: CheckRequest): Promise<CheckResult> {
  const { urn, type, olds, news } = request;
  if (session.target.kind === "unreachable" && session.settings.skipUpdateUnreachable) {
    tell(
      session,
      "warning",
      urn,
      "Cluster is unreachable but skipUpdateUnreachable flag is set to true, skipping...",
    );
    return { inputs: olds, failures: [] };
  }
  requireCreatable(type);
  const wanted = placeUnknownTexts(normalizeInputs(toObject(news)), toObject(olds));
  // Before anything is waited for: objects of that kind may be asked about next.
  rememberDefinition(session, wanted);
  if (isPatchType(type, textAt(wanted, "kind")) && !isNamed(wanted)) {
    throw refusal("patch resources require the `.metadata.name` field to be set");
  }
  warnOfAnnotations(session, urn, wanted);
  const named = assignName(wanted, toObject(olds), request);
  if (isNamedByServer(named)) throw refusal(NO_SERVER_NAMES);
  const object = await withNamespace(session, type, named);
  const inputs = markSecrets(object, news);
  if (session.target.kind === "folder" && containsSecrets(inputs)) {
    tell(session, "warning", urn, "rendered YAML will contain a secret value in plaintext");
  }
  return { inputs, failures: [] };
}

const NO_SERVER_NAMES = "the `.metadata.generateName` field is not supported in Server-Side Apply mode";

function refusal(message: string): ProviderError {
  return new ProviderError(message, { status: "ok" });
}

function requireCreatable(type: string): void {
  if (!isListType(type)) return;
  throw refusal(
    "list resources exist for compatibility with YAML manifests and Helm charts, and cannot be created directly. " +
      "Use the underlying resource type instead",
  );
}

async function withNamespace(session: Session, type: string, object: KubeObject): Promise<KubeObject> {
  if (session.namespace === "" || namespaceOf(object) !== "") return object;
  // One that is not known yet is one.
  if (metadataOf(object)["namespace"] instanceof Computed) return object;
  const isThere = isPropertyMap(object["metadata"]) && (await isNamespaced(session, kindOfType(type)));
  return isThere ? withMetadata(object, { namespace: session.namespace }) : object;
}

const HOOK_WARNING =
  "This resource contains Helm hooks that are not currently supported by Pulumi. The resource will be created, but " +
  "any hooks will not be executed. Hooks support is tracked at https://github.com/pulumi/pulumi-kubernetes/issues/555 " +
  "-- This warning can be disabled by setting the PULUMI_K8S_SUPPRESS_HELM_HOOK_WARNINGS environment variable";

function warnOfAnnotations(session: Session, urn: string, object: KubeObject): void {
  const annotations = Object.entries(findMapAt(metadataOf(object), "annotations") ?? {});
  for (const [name] of annotations.filter(([key]) => key.startsWith(AUTONAMED))) {
    tell(session, "warning", urn, `ignoring user-specified value for internal annotation "${name}"`);
  }
  const isHook = annotations.some(
    ([name, value]) => name.startsWith(HELM_HOOK) && /test|test-success|test-failure/.test(String(value)),
  );
  if (isHook && !session.settings.suppressHelmHookWarnings) tell(session, "warning", urn, HOOK_WARNING);
}
