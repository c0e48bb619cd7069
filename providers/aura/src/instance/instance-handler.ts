import { AuraError } from "../api/aura-error.ts";
import { limitOf } from "../api/deadline.ts";
import { CallFailure, Unfinished } from "../protocol/failures.ts";
import { hasUnknown, type Properties, UNKNOWN } from "../protocol/property-values.ts";
import type { Call, Problem, ResourceHandler } from "../protocol/resource-handler.ts";
import { type Session, toFailure } from "../session.ts";
import type { Work } from "./converge.ts";
import { createInstance } from "./create.ts";
import { deleteInstance } from "./delete.ts";
import { diffInstance } from "./diff.ts";
import { defaultsOf, instanceSchema, problemsOf } from "./inputs.ts";
import { toLiveInputs, toOutputs } from "./live.ts";
import { checkOffers, PREFLIGHT_PROPERTIES } from "./preflight.ts";
import { updateInstance } from "./update.ts";

const MINUTE_MS = 60_000;
/** As long as other clients of the API wait for an instance. */
const TIME_LIMIT_MS = 15 * MINUTE_MS;
const READ_LIMIT_MS = MINUTE_MS;

/** `aura:index:Instance`. */
export function instanceHandler(session: Session): ResourceHandler {
  return {
    secretOutputs: ["password"],
    stableOutputs: ["connectionUrl", "username", "tenantId", "createdAt"],
    check: (call, inputs) => check(session, call, inputs),
    diff: async (_call, states) => {
      requirePassword(states);
      return diffInstance(states);
    },
    create: (call, inputs) => create(session, call, inputs),
    read: (call, recorded) => read(session, call, recorded),
    update: (call, states) => update(session, call, states),
    delete: (call, { id }) => remove(session, call, id),
  };
}

function workOf(session: Session, call: Call, usual = TIME_LIMIT_MS): Work {
  const { api, configuration } = session;
  return { api, poll: configuration.poll, limit: limitOf(call.timeout ?? usual, call.signal) };
}

async function check(session: Session, call: Call, { olds, news }: { olds: Properties; news: Properties }) {
  const { tenantId } = session.configuration;
  const defaults = defaultsOf(news, { urn: call.urn, tenantId });
  const inputs = { ...news, ...defaults };
  const problems = problemsOf(inputs);
  if (problems.length > 0) return { defaults, problems };
  return { defaults, problems: await preflight(session, call, { olds, inputs }) };
}

/** Asks the tenant what it is offered, where credentials are there and something that decides it is new. */
async function preflight(
  session: Session,
  call: Call,
  { olds, inputs }: { olds: Properties; inputs: Properties },
): Promise<Problem[]> {
  const { tenantId } = inputs;
  const isNew = PREFLIGHT_PROPERTIES.some((property) => olds[property] !== inputs[property]);
  if (!session.hasCredentials || typeof tenantId !== "string" || hasUnknown(tenantId) || !isNew) return [];
  try {
    const limit = limitOf(READ_LIMIT_MS, call.signal);
    const tenant = await session.getTenant(tenantId, limit);
    return checkOffers(inputs, tenant.instance_configurations);
  } catch (error) {
    if (error instanceof AuraError && error.reason === "tenant-not-found") {
      return [{ property: "tenantId", reason: error.message }];
    }
    // Where Aura cannot be asked now, the update itself will say so; refused credentials are said at once.
    if (error instanceof AuraError && error.status === 401) throw toFailure("ask Aura for the tenant", error);
    return [];
  }
}

async function create(session: Session, call: Call, inputs: Properties) {
  if (call.preview) return { id: "", outputs: { ...UNKNOWN_OUTPUTS, ...inputs } };
  const wanted = instanceSchema.parse(inputs);
  const { restoreFrom } = wanted;
  if (restoreFrom !== undefined && restoreFrom.instanceId === undefined) {
    throw new CallFailure(
      "a new instance has no data snapshots of its own: name the instance that the data snapshot " +
        `${restoreFrom.snapshotId} was taken of, as \`restoreFrom.instanceId\``,
    );
  }
  const work = { ...workOf(session, call), settle: session.configuration.settle };
  return orFailure(`create the instance "${wanted.name}"`, () => createInstance(wanted, work));
}

const UNKNOWN_OUTPUTS: Properties = Object.fromEntries(
  ["storage", "connectionUrl", "username", "password", "status", "createdAt", "metricsIntegrationUrl"].map(
    (property) => [property, UNKNOWN],
  ),
);

async function read(
  session: Session,
  call: Call,
  { id, inputs, state }: { id: string; inputs: Properties; state: Properties },
) {
  const work = workOf(session, call, READ_LIMIT_MS);
  const live = await orFailure(`read the instance ${id}`, () => work.api.findInstance(id, work.limit));
  if (live === undefined || live.status === "destroying") return undefined;
  const found = toLiveInputs(live, inputs);
  return { inputs: found, outputs: toOutputs(live, found, state) };
}

interface States {
  readonly id: string;
  readonly olds: Properties;
  readonly oldInputs: Properties;
  readonly news: Properties;
}

async function update(
  session: Session,
  call: Call,
  { id, olds, oldInputs, news }: States,
): Promise<Properties> {
  if (call.preview) return { ...olds, ...news };
  const wanted = instanceSchema.parse(news);
  const work = workOf(session, call);
  try {
    return toOutputs(await updateInstance(id, { wanted, oldInputs }, work), news, olds);
  } catch (error) {
    const failure = toFailure(`update the instance "${wanted.name}" (${id})`, error);
    // Half-done: the next update must go on even where nothing differs any more.
    throw failure.effect === "doubtful" ? new Unfinished(failure.message, { id, outputs: olds }) : failure;
  }
}

async function remove(session: Session, call: Call, id: string): Promise<void> {
  const work = workOf(session, call);
  await orFailure(`delete the instance ${id}`, () => deleteInstance(id, work));
}

async function orFailure<Value>(doing: string, act: () => Promise<Value>): Promise<Value> {
  try {
    return await act();
  } catch (error) {
    throw error instanceof Unfinished ? error : toFailure(doing, error);
  }
}

/** Whoever uses the instance needs its password: without one nothing goes on. */
function requirePassword({ id, olds, news }: { id: string; olds: Properties; news: Properties }): void {
  if (olds["password"] !== undefined || news["password"] !== undefined) return;
  throw new CallFailure(
    `the password of the instance ${id} is not known: Aura tells it only when it makes the instance. ` +
      "Give it as the resource's `password` (from a secret: `pulumi config set --secret graphPassword`); where nobody " +
      "has it, set a new one in the Aura console. An instance that holds nothing yet can be deleted instead " +
      "(`pulumi destroy --target URN`) and made again",
  );
}
