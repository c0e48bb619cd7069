import { z } from "zod";
import { requestBody } from "./request-body.ts";
import { id, label } from "./shared.ts";

const role = z.strictObject({
  collectionName: z.string().optional(),
  databaseName: z.string(),
  roleName: z.string(),
});

const scope = z.strictObject({ name: z.string(), type: z.enum(["CLUSTER", "DATA_LAKE", "STREAM"]) });

const userFields = {
  awsIAMType: z.enum(["NONE", "USER", "ROLE"]).optional(),
  deleteAfterDate: z.iso.datetime({ offset: true }).optional(),
  description: z.string().max(100).optional(),
  groupId: id.optional(),
  labels: z.array(label).optional(),
  ldapAuthType: z.enum(["NONE", "USER", "GROUP"]).optional(),
  oidcAuthType: z.enum(["NONE", "IDP_GROUP", "USER"]).optional(),
  password: z.string().min(8).optional(),
  scopes: z.array(scope).optional(),
  x509Type: z.enum(["NONE", "CUSTOMER", "MANAGED"]).optional(),
};

const username = z.string().min(1).max(1024);
const databaseName = z.enum(["admin", "$external"]);

export const userBody = requestBody({ ...userFields, username, databaseName, roles: z.array(role) });

export const userChange = requestBody({
  ...userFields,
  username: username.optional(),
  databaseName: databaseName.optional(),
  roles: z.array(role).optional(),
});

export type UserBody = z.infer<typeof userBody>;

const resource = z.strictObject({
  cluster: z.boolean().optional(),
  collection: z.string().optional(),
  db: z.string().optional(),
});

const roleFields = {
  actions: z
    .array(z.strictObject({ action: z.string(), resources: z.array(resource).optional() }))
    .optional(),
  inheritedRoles: z.array(z.strictObject({ db: z.string(), role: z.string() })).optional(),
};

export const customRoleBody = requestBody({ ...roleFields, roleName: z.string().regex(/^[\w-]+$/) });

export const customRoleChange = requestBody(roleFields);
