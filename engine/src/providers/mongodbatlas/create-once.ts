import { ProviderError } from "../../errors.ts";
import type { PropertyMap } from "../../protocol/property-value.ts";
import { leftOpen } from "../left-open.ts";
import { type LiveObject, UnfinishedObject } from "../live-object.ts";
import { watchedClient } from "./client.ts";
import { isAsPlanned } from "./diff.ts";
import type { CallContext, Change, ResourceKind } from "./kind.ts";
import { isTimeUp } from "./wait-for-state.ts";

/** True where an object has what was asked for, as far as the creation itself sets it. */
export function isWhatWasAskedFor(
  { schema, resumption }: ResourceKind,
  made: LiveObject,
  inputs: PropertyMap,
): boolean {
  const early = Object.entries(schema.fields).filter(([name]) => !resumption?.late.includes(name));
  return isAsPlanned({ ...schema, fields: Object.fromEntries(early) }, made.values, inputs);
}

/** Makes an object. Where the way there breaks, what was begun is found again, brought to its end, and not made twice. */
export async function createOnce(
  kind: ResourceKind,
  context: CallContext,
  wanted: Pick<Change, "planned" | "inputs">,
): Promise<LiveObject> {
  const client = watchedClient(context.client);
  try {
    return await kind.create({ ...context, client }, wanted);
  } catch (error) {
    const isOpen = error instanceof ProviderError && client.hasBegun() && !isTimeUp(error);
    if (!isOpen || context.signal.aborted) throw error;
    return goOn(kind, context, { ...wanted, error });
  }
}

async function goOn(
  kind: ResourceKind,
  context: CallContext,
  { planned, inputs, error }: Pick<Change, "planned" | "inputs"> & { readonly error: ProviderError },
): Promise<LiveObject> {
  const { resumption } = kind;
  if (resumption === undefined) throw error;
  const made = await resumption.find(context, planned).catch((cause: unknown) => {
    throw leftOpen(error, cause);
  });
  if (made === undefined || !isWhatWasAskedFor(kind, made, inputs)) throw error;
  if (error.status !== "unknown") throw new UnfinishedObject(error.message, made);
  try {
    return await resumption.finish(context, { id: made.id, recorded: made.values, planned, inputs });
  } catch (cause) {
    if (!(cause instanceof ProviderError)) throw cause;
    throw new UnfinishedObject(cause.message, made);
  }
}
