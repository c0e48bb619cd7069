import type { Severity } from "../../events.ts";
import type { AdapterLog } from "../adapter-log.ts";
import type { Clock } from "../clock.ts";
import { textAt } from "../plain-values.ts";
import { type ApiKind, findScope, isCustomDefinition } from "./api-kind.ts";
import type { KubeApi } from "./kube-api.ts";
import { type KubeObject, valueAt } from "./object.ts";
import type { RenderFolder } from "./render.ts";
import type { RendererPlace } from "./run-renderer.ts";
import type { KubernetesSettings } from "./settings.ts";

/** Where objects go. */
export type Target =
  | { readonly kind: "folder"; readonly folder: RenderFolder }
  | { readonly kind: "unreachable"; readonly reason: string }
  | { readonly kind: "cluster"; readonly api: KubeApi };

/** A configured provider. */
export interface Session {
  readonly settings: KubernetesSettings;
  readonly target: Target;
  /** Where objects without a namespace go. */
  readonly namespace: string;
  readonly log: AdapterLog;
  readonly signal: AbortSignal;
  /** Where programs that render charts and directories run. */
  readonly renderers: RendererPlace;
  readonly clock: Clock;
  /** How long one watch may take before what lies around an object (pods, endpoints) is looked at again. */
  readonly lookSeconds: number;
  /** Text that nobody else has. */
  readonly drawSuffix: () => string;
  /** Scopes of the custom kinds that the program defines itself, by `group kind`. */
  readonly definitions: Map<string, "namespace" | "cluster">;
}

/** Tells the person something about a resource. */
export function tell(session: Session, severity: Severity, urn: string, message: string): void {
  session.log({ severity, urn, message, ephemeral: false });
}

/** Shows something beside a resource until the next message. */
export function showStatus(session: Session, urn: string, message: string): void {
  session.log({ severity: "info", urn, message, ephemeral: true });
}

/** As `showStatus`, for what is looked at again and again: what is shown already is not shown once more. */
export function statusTeller(session: Session, urn: string): (message: string) => void {
  let shown: string | undefined;
  return (message) => {
    if (message !== shown) showStatus(session, urn, message);
    shown = message;
  };
}

/** Remembers a kind that the program defines, for the objects of that kind. */
export function rememberDefinition(session: Session, object: KubeObject): void {
  if (!isCustomDefinition(object)) return;
  const spec = object["spec"];
  const key = `${textOf(valueAt(spec, ["group"]))} ${textOf(valueAt(spec, ["names", "kind"]))}`;
  session.definitions.set(key, valueAt(spec, ["scope"]) === "Cluster" ? "cluster" : "namespace");
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** Whether objects of a kind live in namespaces; what nobody knows is taken for one that does. */
export async function isNamespaced(session: Session, kind: ApiKind): Promise<boolean> {
  const known = findScope(kind) ?? session.definitions.get(`${kind.group} ${kind.kind}`);
  if (known !== undefined) return known === "namespace";
  if (session.target.kind !== "cluster") return true;
  const resource = await session.target.api.findResource(kind);
  return resource?.namespaced ?? true;
}

/** `v1/ConfigMap`-like name of what an object is. */
export function kindText(object: KubeObject): string {
  return `${textAt(object, "apiVersion")}/${textAt(object, "kind")}`;
}
