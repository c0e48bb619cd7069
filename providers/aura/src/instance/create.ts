import { UnknownOutcome } from "../api/aura-error.ts";
import type { CreatedInstance, LiveInstance } from "../api/aura-objects.ts";
import { pause } from "../api/deadline.ts";
import { CallFailure, Unfinished } from "../protocol/failures.ts";
import type { Properties } from "../protocol/property-values.ts";
import { toFailure } from "../session.ts";
import { converge, type Work, waitSettled } from "./converge.ts";
import type { InstanceInputs } from "./inputs.ts";
import { isTwin, toOrder, toOutputs } from "./live.ts";

const ATTEMPTS = 3;
/** How often the list is looked at before an instance is taken for not made. */
const LOOKS = 2;

/**
 * Makes an instance, waits until it can be used, and gives its outputs.
 *
 * A creation is not idempotent and costs money, so an instance of the same name and kind is looked for before, and
 * again whenever the answer is lost: nothing is ever ordered twice.
 *
 * @throws Unfinished where the instance exists but is not ready, or its password is lost
 */
export async function createInstance(
  inputs: InstanceInputs,
  { settle, ...work }: Work & { readonly settle: number },
): Promise<{ id: string; outputs: Properties }> {
  const [twin] = await findTwins(inputs, work);
  if (twin !== undefined) throw new CallFailure(existsAlready(twin));
  const made = await order(inputs, work);
  const told = { username: made.username, password: inputs.password ?? made.password };
  try {
    const live = await waitSettled(made.id, work);
    if (live.status === "running") await pause(settle, work.limit);
    const ready = await converge(made.id, inputs, work);
    return {
      id: made.id,
      outputs: toOutputs(ready, inputs, { ...told, connectionUrl: made.connection_url }),
    };
  } catch (error) {
    const { message } = toFailure(`finish the instance "${inputs.name}" (${made.id})`, error);
    const outputs = { ...inputs, ...told, connectionUrl: made.connection_url };
    throw new Unfinished(message, { id: made.id, outputs }, { cause: error });
  }
}

/** Orders the instance; where the answer is lost, looks whether it was made. */
async function order(inputs: InstanceInputs, work: Work): Promise<CreatedInstance> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work.api.createInstance(toOrder(inputs), work.limit);
    } catch (error) {
      if (!(error instanceof UnknownOutcome)) throw error;
      const orphan = await lookForOrphan(inputs, work, error);
      if (orphan !== undefined) throw lostPassword(orphan, inputs, error);
      if (attempt >= ATTEMPTS) throw error;
    }
  }
}

/** There was none of this name and kind just before: if there is one now, it is ours. */
async function lookForOrphan(inputs: InstanceInputs, work: Work, lost: UnknownOutcome) {
  try {
    for (let look = 1; ; look += 1) {
      const [orphan] = await findTwins(inputs, work);
      if (orphan !== undefined || look >= LOOKS) return orphan;
      await pause(work.poll, work.limit);
    }
  } catch (error) {
    const message =
      `the instance "${inputs.name}" was ordered, but the answer was lost (${lost.message}), and Aura cannot be asked ` +
      `whether it was made (${(error as Error).message}). Run the command again: it looks before it orders`;
    throw new CallFailure(message, "doubtful", { cause: error });
  }
}

/** Instances of the tenant that have this name and just these properties. */
export async function findTwins(inputs: InstanceInputs, { api, limit }: Work): Promise<LiveInstance[]> {
  const rows = await api.listInstances(inputs.tenantId, limit);
  const named = rows.filter(({ name }) => name === inputs.name);
  const found = await Promise.all(named.map(({ id }) => api.findInstance(id, limit)));
  return found.filter(
    (live): live is LiveInstance =>
      live !== undefined && live.status !== "destroying" && isTwin(live, inputs),
  );
}

const LOST = "Aura tells a password only in the answer to the creation, so this one's is lost.";

function lostPassword(live: LiveInstance, inputs: InstanceInputs, cause: Error): Unfinished {
  const message =
    `the instance "${live.name}" (${live.id}) was made, but the connection broke before Aura's answer arrived. ${LOST} ` +
    "The instance is recorded and no second one is ordered. Either delete this one, which is still empty " +
    "(`pulumi destroy --target URN`), and run `pulumi up` again; or set a new password in the Aura console and " +
    "give it as the resource's `password`";
  return new Unfinished(message, { id: live.id, outputs: toOutputs(live, inputs, {}) }, { cause });
}

function existsAlready({ name, id, status, created_at: made }: LiveInstance): string {
  const since = made === undefined ? "" : `, made ${made}`;
  return (
    `there is an instance "${name}" already (${id}, ${status}${since}); a second one, which would be billed too, is ` +
    `not ordered. If an interrupted creation left it: ${LOST} Either delete it in the Aura console and run the ` +
    "command again; or set a new password there, import it (resource option `import: " +
    `"${id}"\`) and give the password as the resource's \`password\`. If it belongs to something else: choose ` +
    "another `name`. If it is being replaced by its like: use the resource option `deleteBeforeReplace`"
  );
}
