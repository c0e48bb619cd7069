import { ProviderError } from "../../errors.ts";
import type { PropertyMap } from "../../protocol/property-value.ts";
import { textAt, unwrapMap } from "../plain-values.ts";
import type { InvokeRequest, InvokeResult } from "../provider.ts";
import { templateChart } from "./helm-template.ts";
import { buildKustomization } from "./kustomize-directory.ts";
import { readManifests } from "./manifests.ts";
import type { KubeObject } from "./object.ts";
import type { Session } from "./session.ts";

type Function = (session: Session, args: PropertyMap) => Promise<readonly KubeObject[]>;

const FUNCTIONS: { readonly [token: string]: Function } = {
  "kubernetes:yaml:decode": decode,
  "kubernetes:helm:template": (session, args) => templateChart(session, requireText(args, "jsonOpts")),
  "kubernetes:kustomize:directory": (session, args) =>
    buildKustomization(session, requireText(args, "directory")),
};

/** The package's functions: each gives the objects of a text, a chart or a directory. */
export async function invokeFunction(session: Session, request: InvokeRequest): Promise<InvokeResult> {
  const invoke = Object.hasOwn(FUNCTIONS, request.token) ? FUNCTIONS[request.token] : undefined;
  if (invoke === undefined) {
    throw new ProviderError(`unknown Invoke type ${JSON.stringify(request.token)}`, { status: "ok" });
  }
  return { result: { result: await invoke(session, unwrapMap(request.args)) }, failures: [] };
}

async function decode(session: Session, args: PropertyMap): Promise<readonly KubeObject[]> {
  return readManifests(session, requireText(args, "text"), textAt(args, "defaultNamespace"));
}

function requireText(args: PropertyMap, field: string): string {
  const value = args[field];
  if (typeof value === "string") return value;
  throw new ProviderError(`missing required field '${field}' of type string`, { status: "ok" });
}
