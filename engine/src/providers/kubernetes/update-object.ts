import { deleteAtPath, getAtPath, parsePropertyPath, setAtPath } from "../../plan/property-path.ts";
import { isPropertyMap, type PropertyValue } from "../../protocol/property-value.ts";
import { textAt } from "../plain-values.ts";
import { PATCH_FORCE } from "./annotations.ts";
import { isCustomDefinition, kindOfObject } from "./api-kind.ts";
import type { Checkpoint } from "./checkpoint.ts";
import { withConflictHelp } from "./create-object.ts";
import { type KubeApi, referenceOf } from "./kube-api.ts";
import { hasReason } from "./kube-error.ts";
import { isOthersField, isOwnCreation, managedFieldsOf, takeOverPatch } from "./managed-fields.ts";
import { hasAnnotation, type KubeObject, metadataOf, nameOf, namespaceOf, withMetadata } from "./object.ts";
import type { Session } from "./session.ts";

export interface ObjectUpdate {
  readonly inputs: KubeObject;
  readonly old: Checkpoint;
  readonly fieldManager: string;
  readonly isPatch: boolean;
  readonly preview: boolean;
  readonly ignoreChanges: readonly string[];
}

/** Applies changed inputs to the live object. */
export async function updateObject(
  session: Session,
  api: KubeApi,
  update: ObjectUpdate,
): Promise<KubeObject> {
  const { inputs, old, fieldManager, preview: dryRun } = update;
  const reference = {
    kind: kindOfObject(inputs),
    namespace: namespaceOf(old.live) || namespaceOf(inputs),
    name: nameOf(old.live) || nameOf(inputs),
  };
  if (isCustomDefinition(inputs)) {
    // Definitions are replaced as a whole: applying would keep versions that the program dropped.
    return unlessOvertaken(async () => {
      const resourceVersion = textAt(metadataOf(await api.get(reference)), "resourceVersion");
      return api.replace(withMetadata(inputs, { resourceVersion }), { fieldManager, dryRun });
    });
  }
  const owned = await unlessOvertaken(async () => {
    const live = await api.get(reference);
    const patch = dryRun || update.isPatch ? undefined : takeOverPatch(live, fieldManager);
    return patch === undefined ? live : api.patchJson(reference, patch);
  });
  const wanted = withIgnored(inputs, owned, update);
  const force = isForced(session, update, owned);
  return withConflictHelp(fieldManager, () => api.apply(wanted, { fieldManager, dryRun, force }));
}

const ATTEMPTS = 5;

/** Reads and writes again where somebody, mostly a controller, changed the object in between. */
async function unlessOvertaken(readAndWrite: () => Promise<KubeObject>): Promise<KubeObject> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await readAndWrite();
    } catch (error) {
      if (!hasReason(error, "Conflict") || attempt === ATTEMPTS) throw error;
    }
  }
}

/** Whether fields are taken from other managers. */
function isForced({ settings }: Session, { inputs, preview }: ObjectUpdate, live: KubeObject): boolean {
  if (settings.patchForce || hasAnnotation(inputs, PATCH_FORCE)) return true;
  // Objects older than server-side apply know no managers.
  return managedFieldsOf(live).length === 0 || (preview && isOwnCreation(live));
}

/** Ignored fields keep the live value; those that only others manage are left out, so that they stay theirs. */
function withIgnored(inputs: KubeObject, live: KubeObject, update: ObjectUpdate): KubeObject {
  return update.ignoreChanges.reduce<KubeObject>((object, text) => {
    const path = parsePropertyPath(text);
    if (path === undefined || path.includes("*")) return object;
    const keys = path.filter((key) => typeof key === "string");
    const isTheirs = keys.length === path.length && isOthersField(live, keys, update.fieldManager);
    const value = getAtPath(live, path);
    return asObject(
      isTheirs ? deleteAtPath(object, path) : value === undefined ? object : setAtPath(object, path, value),
      object,
    );
  }, inputs);
}

function asObject(value: PropertyValue | undefined, otherwise: KubeObject): KubeObject {
  return isPropertyMap(value) ? value : otherwise;
}

/** Gives up every field of a manager: an apply of nothing. */
export async function releaseFields(api: KubeApi, object: KubeObject, fieldManager: string): Promise<void> {
  const { namespace, name } = referenceOf(object);
  const bare = {
    apiVersion: textAt(object, "apiVersion"),
    kind: textAt(object, "kind"),
    metadata: namespace === "" ? { name } : { name, namespace },
  };
  await api.apply(bare, { fieldManager, dryRun: false });
}
