import { parseAllDocuments } from "yaml";
import { ProviderError } from "../../errors.ts";
import { isPropertyMap, type PropertyValue } from "../../protocol/property-value.ts";
import { textAt } from "../plain-values.ts";
import { kindOfObject } from "./api-kind.ts";
import { type KubeObject, namespaceOf, withMetadata } from "./object.ts";
import { isNamespaced, type Session } from "./session.ts";

/**
 * The objects in YAML text, in its order; what has a namespace but names none is put into `namespace` ("" = left).
 * @throws ProviderError where the text is no YAML
 */
export async function readManifests(
  session: Session,
  text: string,
  namespace: string,
): Promise<readonly KubeObject[]> {
  const objects = parseObjects(text).filter(
    (object) => textAt(object, "kind") !== "" && textAt(object, "apiVersion") !== "",
  );
  return Promise.all(objects.map((object) => withDefault(session, object, namespace)));
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
