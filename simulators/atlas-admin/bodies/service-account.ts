import { z } from "zod";
import { ORGANISATION_ROLES, PROJECT_ROLES } from "../auth/roles.ts";
import { requestBody } from "./request-body.ts";

const YEAR_HOURS = 8760;
const name = z.string().min(1).max(64);
const description = z.string().max(250);
const secretExpiresAfterHours = z.number().int().min(8).max(YEAR_HOURS);

/** Bodies for accounts of an organisation, or of a project: they differ in the roles that there are. */
export function accountBodies(roleNames: readonly string[]) {
  const roles = z.array(z.enum(roleNames)).min(1);
  return {
    creation: requestBody({ name, description, roles, secretExpiresAfterHours }),
    change: requestBody({
      name: name.optional(),
      description: description.optional(),
      roles: roles.optional(),
    }),
  };
}

export const organisationAccountBodies = accountBodies(ORGANISATION_ROLES);
export const projectAccountBodies = accountBodies(PROJECT_ROLES);

export const secretBody = requestBody({ secretExpiresAfterHours });

export const invitation = requestBody({ roles: z.array(z.enum(PROJECT_ROLES)).min(1) });
