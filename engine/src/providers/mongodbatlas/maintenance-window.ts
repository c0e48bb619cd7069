import type { PropertyMap } from "../../protocol/property-value.ts";
import type { LiveObject } from "../live-object.ts";
import { findMapAt, flagAt, numberAt, sameValue, textAt } from "../plain-values.ts";
import { doing, unlessGone } from "./atlas-error.ts";
import { addressOf, callsOf } from "./calls.ts";
import type { CallContext, Change, ResourceKind } from "./kind.ts";
import { MAINTENANCE_WINDOW } from "./schema-security.ts";
import { compact, pick } from "./values.ts";

const VERSION = "2023-01-01";

/** When Atlas may work on a project's clusters. Every project has one such setting. */
export const maintenanceWindowKind: ResourceKind = {
  schema: MAINTENANCE_WINDOW,
  create: async (context, { planned }) => {
    const id = textAt(planned, "projectId");
    const where = `the MongoDB Atlas Maintenance Window (${id})`;
    const { post, patch } = callsOf(context, VERSION);
    if (planned["defer"] === true) await doing(`error deferring ${where}`, () => post(`${pathOf(id)}/defer`));
    const names = ["dayOfWeek", "hourOfDay", "autoDeferOnceEnabled", "protectedHours"];
    await doing(`error creating ${where}`, () => patch(pathOf(id), pick(planned, names)));
    if (planned["autoDefer"] === true) await toggleAutoDefer(context, id);
    return get(context, id, planned);
  },
  read: (context, id, recorded) =>
    unlessGone(`error reading the MongoDB Atlas Maintenance Window (${id})`, () =>
      get(context, id, recorded),
    ),
  update: async (context, change) => {
    const { id, recorded, planned } = change;
    const where = `the MongoDB Atlas Maintenance Window (${id})`;
    const { post, patch } = callsOf(context, VERSION);
    const isNew = (name: string): boolean => !sameValue(recorded[name], planned[name]);
    if (isNew("defer")) await doing(`error deferring ${where}`, () => post(`${pathOf(id)}/defer`));
    await doing(`error updating ${where}`, () => patch(pathOf(id), changesOf(change)));
    if (isNew("autoDefer")) await toggleAutoDefer(context, id);
    return get(context, id, planned);
  },
  remove: async (context, id) => {
    await unlessGone(`error deleting the MongoDB Atlas Maintenance Window (${id})`, () =>
      callsOf(context, VERSION).remove(pathOf(id)),
    );
  },
};

function pathOf(projectId: string): string {
  return addressOf("groups", projectId, "maintenanceWindow");
}

/** The day always; hours that nobody wants protected any more are emptied. */
function changesOf({ recorded, planned }: Change): PropertyMap {
  const changed = ["hourOfDay", "autoDeferOnceEnabled", "protectedHours"].filter(
    (name) => !sameValue(recorded[name], planned[name]),
  );
  const isFreed = changed.includes("protectedHours") && planned["protectedHours"] === undefined;
  return {
    ...pick(planned, ["dayOfWeek", ...changed]),
    ...(isFreed ? { protectedHours: {} } : {}),
  };
}

/** Atlas has no way to set it, only one to turn it over. */
async function toggleAutoDefer(context: CallContext, id: string): Promise<void> {
  await doing(`error auto deferring the MongoDB Atlas Maintenance Window (${id})`, () =>
    callsOf(context, VERSION).post(`${pathOf(id)}/autoDefer`),
  );
}

/** What Atlas does not tell is as it is known. */
async function get(context: CallContext, id: string, known: PropertyMap): Promise<LiveObject> {
  const window = await callsOf(context, VERSION).get(pathOf(id));
  const hours = findMapAt(window, "protectedHours");
  const isProtected = hours !== undefined && Object.values(hours).some((hour) => typeof hour === "number");
  return {
    id,
    values: compact({
      ...pick(known, ["autoDefer", "defer"]),
      autoDeferOnceEnabled: flagAt(window, "autoDeferOnceEnabled"),
      dayOfWeek: numberAt(window, "dayOfWeek"),
      hourOfDay: numberAt(window, "hourOfDay"),
      numberOfDeferrals: numberAt(window, "numberOfDeferrals"),
      projectId: id,
      protectedHours: isProtected ? pick(hours, ["endHourOfDay", "startHourOfDay"]) : undefined,
      startAsap: flagAt(window, "startASAP"),
      timeZoneId: textAt(window, "timeZoneId"),
    }),
  };
}
