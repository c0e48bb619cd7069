import { parseAllDocuments } from "yaml";
import { ProviderError } from "../../errors.ts";
import { isPropertyMap, type PropertyMap, type PropertyValue } from "../../protocol/property-value.ts";
import { textAt, unwrapMap } from "../plain-values.ts";
import type { InvokeRequest, InvokeResult } from "../provider.ts";
import { kindOfObject } from "./api-kind.ts";
import { type KubeObject, namespaceOf, withMetadata } from "./object.ts";
import { isNamespaced, type Session } from "./session.ts";

const DECODE = "kubernetes:yaml:decode";
const ELSEWHERE: { readonly [token: string]: string } = {
  "kubernetes:helm:template": "Helm charts",
  "kubernetes:kustomize:directory": "Kustomize directories",
};

/** The package's functions. Charts and Kustomize need programs that are not here. */
export async function invokeFunction(session: Session, request: InvokeRequest): Promise<InvokeResult> {
  if (request.token === DECODE) return decode(session, unwrapMap(request.args));
  const what = ELSEWHERE[request.token];
  if (what === undefined) {
    throw new ProviderError(`unknown Invoke type ${JSON.stringify(request.token)}`, { status: "ok" });
  }
  throw new ProviderError(
    `${request.token} is not served by this engine: ${what} need the official kubernetes plugin; render them to YAML first or install it`,
    { status: "ok", unimplemented: true },
  );
}

async function decode(session: Session, args: PropertyMap): Promise<InvokeResult> {
  if (typeof args["text"] !== "string") {
    throw new ProviderError("missing required field 'text' of type string", { status: "ok" });
  }
  const objects = parseObjects(args["text"]).filter(
    (object) => textAt(object, "kind") !== "" && textAt(object, "apiVersion") !== "",
  );
  const namespace = textAt(args, "defaultNamespace");
  const result = await Promise.all(objects.map((object) => withDefault(session, object, namespace)));
  return { result: { result }, failures: [] };
}

function parseObjects(text: string): readonly KubeObject[] {
  return parseAllDocuments(text).flatMap((document) => {
    const [error] = document.errors;
    if (error !== undefined)
      throw new ProviderError(`cannot read the YAML text: ${error.message}`, { status: "ok" });
    const value = document.toJS() as PropertyValue;
    return isPropertyMap(value) ? [value] : [];
  });
}

async function withDefault(session: Session, object: KubeObject, namespace: string): Promise<KubeObject> {
  if (namespace === "" || namespaceOf(object) !== "") return object;
  return (await isNamespaced(session, kindOfObject(object))) ? withMetadata(object, { namespace }) : object;
}
