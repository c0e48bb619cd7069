import { ProviderError } from "../../errors.ts";
import { leftOpen } from "../left-open.ts";
import { PATCH_FORCE } from "./annotations.ts";
import { findMade } from "./find-made.ts";
import type { KubeApi } from "./kube-api.ts";
import { hasReason, isNotFound, KubeError, mayBeDone, UnknownKindError } from "./kube-error.ts";
import { CREATOR } from "./managed-fields.ts";
import { hasAnnotation, type KubeObject } from "./object.ts";
import { type Session, showStatus } from "./session.ts";

export interface Creation {
  readonly urn: string;
  readonly inputs: KubeObject;
  readonly fieldManager: string;
  /** True where somebody else made the object and only some fields are ours. */
  readonly isPatch: boolean;
  readonly preview: boolean;
}

const RETRIES = 5;
const FIRST_DELAY_MS = 1000;

/**
 * Creates an object. What it needs may still be on its way (its namespace, the definition of its kind), so a server
 * that does not find it is asked again.
 */
export async function createObject(session: Session, api: KubeApi, creation: Creation): Promise<KubeObject> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await send(session, api, creation);
    } catch (error) {
      if (creation.preview && isMissingNamespace(error)) throw error;
      const isMissing = isNotFound(error) || error instanceof UnknownKindError;
      if (!isMissing || attempt === RETRIES) throw explained(error);
      api.forgetResources();
      const reason = error instanceof Error ? error.message : "";
      showStatus(session, creation.urn, `Retry #${attempt}; creation failed: ${reason}`);
      await session.clock.sleep(FIRST_DELAY_MS * 2 ** attempt, session.signal);
    }
  }
}

async function send(
  { settings }: Session,
  api: KubeApi,
  { inputs, fieldManager, isPatch, preview: dryRun }: Creation,
): Promise<KubeObject> {
  if (!isPatch && !settings.upsertExisting)
    return dryRun ? create(api, inputs, true) : createOnce(api, inputs);
  const force = dryRun || settings.patchForce || hasAnnotation(inputs, PATCH_FORCE);
  return withConflictHelp(fieldManager, () => api.apply(inputs, { fieldManager, dryRun, force }));
}

function create(api: KubeApi, inputs: KubeObject, dryRun: boolean): Promise<KubeObject> {
  return api.create(inputs, { fieldManager: CREATOR, dryRun });
}

/** Where the answer is lost the object is looked for; while nobody can tell, the operation stays open in the state. */
async function createOnce(api: KubeApi, inputs: KubeObject): Promise<KubeObject> {
  try {
    return await create(api, inputs, false);
  } catch (error) {
    if (!mayBeDone(error)) throw error;
    const made = await findMade(api, inputs).catch((cause: unknown) => {
      throw leftOpen(error, cause);
    });
    if (made.kind === "ours") return made.live;
    throw error;
  }
}

/** Runs an apply and says of a conflict who owns what and what to read. */
export async function withConflictHelp<Result>(
  fieldManager: string,
  apply: () => Promise<Result>,
): Promise<Result> {
  try {
    return await apply();
  } catch (error) {
    if (!hasReason(error, "Conflict")) throw error;
    const message =
      "server-side apply field conflict detected, see https://www.pulumi.com/registry/packages/kubernetes/how-to-guides/" +
      "managing-resources-with-server-side-apply/#handle-field-conflicts-on-existing-resources for troubleshooting help\n" +
      `The resource managed by field manager "${fieldManager}" had an apply conflict: ${error.message}\n` +
      'To take the fields over, set the annotation pulumi.com/patchForce to "true".';
    throw new ProviderError(message, { status: "ok", cause: error });
  }
}

function isMissingNamespace(error: unknown): boolean {
  return isNotFound(error) && error instanceof KubeError && error.subject === "namespaces";
}

/** True where a preview cannot know better: no right to try, nothing to try it in, or the old object in the way. */
export function isExpectedInPreview(error: unknown): boolean {
  if (!(error instanceof KubeError)) {
    return error instanceof ProviderError && hasReason(error.cause, "AlreadyExists");
  }
  if (error.code === 403 || isMissingNamespace(error) || error.reason === "AlreadyExists") return true;
  return error.code === 400 && /dryRun \w+ feature is disabled|does not support dry run/.test(error.message);
}

const EXISTING_HELP = `The resource already exists in the cluster. This can happen when:

  - Renaming a Pulumi resource: use an alias to preserve the identity,
    or use deleteBeforeReplace if the resource needs replacement.
  - Managing an existing resource: use a Patch resource (e.g. NamespacePatch)
    to manage specific fields without owning the resource lifecycle.
  - Adopting a resource into Pulumi: use \`pulumi import\`. Note that
    protected resources (e.g. kube-system) cannot be deleted on destroy.
  - Intentional upsert: set upsertExistingObjects on the provider to allow
    server-side apply to update existing objects on create.`;

function explained(error: unknown): unknown {
  if (!hasReason(error, "AlreadyExists")) return error;
  return new ProviderError(`${error.message}\n\n${EXISTING_HELP}`, { status: "ok", cause: error });
}
