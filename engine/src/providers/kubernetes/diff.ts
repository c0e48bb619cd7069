import { parsePropertyPath, pathContains } from "../../plan/property-path.ts";
import { Computed } from "../../protocol/property-value.ts";
import type { DiffRequest, DiffResult, PropertyDiff } from "../provider.ts";
import { REPLACE_UNREADY } from "./annotations.ts";
import { isPatchType, kindOfObject } from "./api-kind.ts";
import { isAutonamed, isNamed } from "./autoname.ts";
import { readCheckpoint } from "./checkpoint.ts";
import { diffFields } from "./diff-fields.ts";
import { forceNewFields, IDENTITY } from "./force-new.ts";
import { normalizeInputs } from "./normalize.ts";
import {
  hasAnnotation,
  type KubeObject,
  metadataOf,
  nameOf,
  namespaceOf,
  toObject,
  withMetadata,
  withoutMetadata,
} from "./object.ts";
import { seenAs } from "./prune.ts";
import { isNamespaced, type Session } from "./session.ts";
import { isUnreadyJob } from "./unready-job.ts";

/** Compares what is wanted with what was last seen, as far as the program said something about it. */
export async function diffResource(session: Session, request: DiffRequest): Promise<DiffResult> {
  const { live, inputs } = readCheckpoint(request.oldOutputs);
  const wanted = normalizeInputs(toObject(request.newInputs));
  const seen = seenAs(live, normalizeInputs(inputs));
  const inNamespace = await isNamespaced(session, kindOfObject(wanted));
  const old = comparable(
    nameOf(wanted) === "" ? seen : withMetadata(seen, { name: nameOf(live) }),
    inNamespace,
  );
  const found = diffFields(old, comparable(wanted, inNamespace), fieldsThatReplace(session, request, wanted));
  const detailedDiff = withoutIgnored(found, request.ignoreChanges);
  const replaceKeys = [
    ...Object.entries(detailedDiff)
      .filter(([, { kind }]) => kind.endsWith("-replace"))
      .map(([path]) => path),
    ...(await unreadyKeys(session, request.urn, wanted, live)),
  ];
  const isRendered = session.target.kind === "folder" && session.settings.alwaysRender;
  const hasChanges = Object.keys(detailedDiff).length > 0 || replaceKeys.length > 0 || isRendered;
  return {
    changes: hasChanges ? "some" : "none",
    replaceKeys,
    stableKeys: [],
    changedKeys: [],
    deleteBeforeReplace: replaceKeys.length > 0 && keepsName(wanted, live),
    detailedDiff,
  };
}

function fieldsThatReplace(session: Session, { type }: DiffRequest, wanted: KubeObject) {
  return isPatchType(type, String(wanted["kind"])) ? IDENTITY : forceNewFields(wanted, session.settings);
}

/** No namespace means the default one; objects outside namespaces have none whatever is written. */
function comparable(object: KubeObject, inNamespace: boolean): KubeObject {
  const plain = withoutMetadata(object, ["resourceVersion"]);
  if (!inNamespace) return withoutMetadata(plain, ["namespace"]);
  if (metadataOf(plain)["namespace"] instanceof Computed) return plain;
  return withMetadata(plain, { namespace: namespaceOf(plain) || "default" });
}

function withoutIgnored(
  found: { readonly [path: string]: PropertyDiff },
  ignoreChanges: readonly string[],
): { readonly [path: string]: PropertyDiff } {
  const ignored = ignoreChanges.map(parsePropertyPath);
  return Object.fromEntries(
    Object.entries(found).filter(([path]) => {
      const parsed = parsePropertyPath(path);
      return !ignored.some(
        (pattern) => pattern !== undefined && parsed !== undefined && pathContains(pattern, parsed),
      );
    }),
  );
}

/** The old object must go first where the new one has its very name, which is not ours to change. */
function keepsName(wanted: KubeObject, live: KubeObject): boolean {
  return (
    isNamed(wanted) &&
    !isAutonamed(wanted) &&
    nameOf(wanted) === nameOf(live) &&
    (namespaceOf(wanted) || "default") === (namespaceOf(live) || "default")
  );
}

async function unreadyKeys(
  session: Session,
  urn: string,
  wanted: KubeObject,
  live: KubeObject,
): Promise<readonly string[]> {
  if (!hasAnnotation(wanted, REPLACE_UNREADY)) return [];
  return (await isUnreadyJob(session, urn, live)) ? [`.metadata.annotations["${REPLACE_UNREADY}"]`] : [];
}
