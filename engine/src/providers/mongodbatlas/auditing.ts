import type { PropertyMap } from "../../protocol/property-value.ts";
import type { LiveObject } from "../live-object.ts";
import { flagAt, sameValue, textAt } from "../plain-values.ts";
import { doing, unlessGone } from "./atlas-error.ts";
import { addressOf, callsOf } from "./calls.ts";
import type { CallContext, ResourceKind } from "./kind.ts";
import { AUDITING } from "./schema-security.ts";
import { pick } from "./values.ts";

const VERSION = "2023-01-01";
const SETTINGS = ["auditAuthorizationSuccess", "auditFilter", "enabled"];

/** What a project's databases write into their audit log. Every project has one such setting. */
export const auditingKind: ResourceKind = {
  schema: AUDITING,
  create: async (context, { planned }) => {
    const projectId = textAt(planned, "projectId");
    await doing(`error creating MongoDB Auditing (${projectId})`, () =>
      callsOf(context, VERSION).patch(pathOf(projectId), pick(planned, SETTINGS)),
    );
    return get(context, projectId);
  },
  read: (context, id) => unlessGone(`error reading MongoDB Auditing (${id})`, () => get(context, id)),
  update: async (context, { id, recorded, planned }) => {
    const changed = SETTINGS.filter((name) => !sameValue(recorded[name], planned[name]));
    await doing(`error updating MongoDB Auditing (${id})`, () =>
      callsOf(context, VERSION).patch(pathOf(id), pick(planned, changed)),
    );
    return get(context, id);
  },
  remove: async (context, id) => {
    await unlessGone(`error deleting MongoDB Auditing (${id})`, () =>
      callsOf(context, VERSION).patch(pathOf(id), { enabled: false }),
    );
  },
};

function pathOf(projectId: string): string {
  return addressOf("groups", projectId, "auditLog");
}

async function get(context: CallContext, projectId: string): Promise<LiveObject> {
  const log: PropertyMap = await callsOf(context, VERSION).get(pathOf(projectId));
  return {
    id: projectId,
    values: {
      auditAuthorizationSuccess: flagAt(log, "auditAuthorizationSuccess"),
      auditFilter: textAt(log, "auditFilter"),
      configurationType: textAt(log, "configurationType"),
      enabled: flagAt(log, "enabled"),
      projectId,
    },
  };
}
