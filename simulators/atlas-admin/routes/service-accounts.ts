import { addSecret, addServiceAccount } from "../auth/service-accounts.ts";
import {
  invitation,
  organisationAccountBodies,
  projectAccountBodies,
  secretBody,
} from "../bodies/service-account.ts";
import { AtlasFailure } from "../errors.ts";
import { type Json, listAt, textAt, without } from "../json.ts";
import { type Call, type Route, route } from "../route.ts";
import { keyOf } from "../state.ts";

const VERSION = "2024-08-05";
const MOST_SECRETS = 2;

interface Home {
  /** `/orgs/{orgId}` or `/groups/{groupId}` */
  readonly path: string;
  readonly parameter: "orgId" | "groupId";
  readonly readers: readonly string[];
  readonly owners: readonly string[];
  readonly bodies: typeof organisationAccountBodies;
}

const HOMES: readonly Home[] = [
  {
    path: "/orgs/{orgId}",
    parameter: "orgId",
    readers: ["ORG_READ_ONLY"],
    owners: ["ORG_OWNER"],
    bodies: organisationAccountBodies,
  },
  {
    path: "/groups/{groupId}",
    parameter: "groupId",
    readers: ["GROUP_READ_ONLY"],
    owners: ["GROUP_OWNER"],
    bodies: projectAccountBodies,
  },
];

export const serviceAccountRoutes: readonly Route[] = [
  ...HOMES.flatMap(listRoutes),
  ...HOMES.flatMap(accountRoutes),
  ...HOMES.flatMap(secretRoutes),
  route({
    method: "POST",
    path: "/groups/{groupId}/serviceAccounts/{clientId}:invite",
    version: VERSION,
    roles: ["ORG_OWNER"],
    body: invitation,
    handle: (call) => {
      const account = call.simulation.table("identities").find(keyOf(call.param("clientId")));
      if (account?.["kind"] !== "serviceAccount") {
        throw new AtlasFailure("SERVICE_ACCOUNT_NOT_FOUND", [call.param("clientId")]);
      }
      grant(account, call.body.roles, call.groupId);
      return shownAccount(account, call.groupId);
    },
  }),
];

function listRoutes({ path, parameter, readers, owners, bodies }: Home): Route[] {
  const accounts = `${path}/serviceAccounts`;
  return [
    route({
      method: "GET",
      path: accounts,
      version: VERSION,
      roles: readers,
      handle: (call) => {
        const home = call.param(parameter);
        const rows = call.simulation
          .table("identities")
          .all()
          .filter((row) => belongs(row, home));
        return call.page(rows.map((row) => shownAccount(row, home)));
      },
    }),
    route({
      method: "POST",
      path: accounts,
      version: VERSION,
      status: 201,
      roles: owners,
      body: bodies.creation,
      handle: (call) => {
        const home = call.param(parameter);
        const roles = call.body.roles.map((roleName) => ({ roleName, scope: home }));
        const { row, secret } = addServiceAccount(call.simulation, { ...call.body, roles, home });
        const shown = shownAccount(row, home);
        // The secret is shown this once.
        return { ...shown, secrets: listAt(shown, "secrets").map((entry) => ({ ...entry, secret })) };
      },
    }),
  ];
}

function accountRoutes({ path, parameter, readers, owners, bodies }: Home): Route[] {
  const account = `${path}/serviceAccounts/{clientId}`;
  return [
    route({
      method: "GET",
      path: account,
      version: VERSION,
      roles: readers,
      handle: (call) => shownAccount(accountAt(call, call.param(parameter)), call.param(parameter)),
    }),
    route({
      method: "PATCH",
      path: account,
      version: VERSION,
      roles: owners,
      body: bodies.change,
      handle: (call) => {
        const home = call.param(parameter);
        const row = accountAt(call, home);
        const { roles, ...rest } = call.body;
        Object.assign(row, rest);
        if (roles !== undefined) grant(row, roles, home);
        return shownAccount(row, home);
      },
    }),
    route({
      method: "DELETE",
      path: account,
      version: VERSION,
      status: 204,
      roles: owners,
      handle: (call) => {
        const row = accountAt(call, call.param(parameter));
        if (row["home"] === call.param(parameter))
          call.simulation.table("identities").remove(keyOf(textAt(row, "id")));
        else grant(row, [], call.param(parameter));
      },
    }),
  ];
}

function secretRoutes({ path, parameter, owners }: Home): Route[] {
  const secrets = `${path}/serviceAccounts/{clientId}/secrets`;
  return [
    route({
      method: "POST",
      path: secrets,
      version: VERSION,
      status: 201,
      roles: owners,
      body: secretBody,
      handle: (call) => {
        const row = accountAt(call, call.param(parameter));
        if (listAt(row, "secrets").length >= MOST_SECRETS) {
          throw new AtlasFailure("SERVICE_ACCOUNT_SECRETS_LIMIT", [textAt(row, "id")]);
        }
        return addSecret(call.simulation, row, call.body).shown;
      },
    }),
    route({
      method: "DELETE",
      path: `${secrets}/{secretId}`,
      version: VERSION,
      status: 204,
      roles: owners,
      handle: (call) => {
        const row = accountAt(call, call.param(parameter));
        const kept = listAt(row, "secrets").filter(({ id }) => id !== call.param("secretId"));
        if (kept.length === listAt(row, "secrets").length) {
          throw new AtlasFailure("RESOURCE_NOT_FOUND", [call.param("secretId")]);
        }
        row["secrets"] = kept;
      },
    }),
  ];
}

/** Replaces the roles that an account has here; those elsewhere stay. */
function grant(row: Json, roles: readonly string[], scope: string): void {
  const elsewhere = listAt(row, "roles").filter((role) => role["scope"] !== scope);
  row["roles"] = [...elsewhere, ...roles.map((roleName) => ({ roleName, scope }))];
}

/** An account belongs where it was made, and to each project that it was invited to. */
function belongs(row: Json, home: string): boolean {
  if (row["kind"] !== "serviceAccount") return false;
  return row["home"] === home || listAt(row, "roles").some(({ scope }) => scope === home);
}

function accountAt(call: Call<unknown>, home: string): Json {
  const clientId = call.param("clientId");
  const row = call.simulation.table("identities").find(keyOf(clientId));
  if (row === undefined || !belongs(row, home))
    throw new AtlasFailure("SERVICE_ACCOUNT_NOT_FOUND", [clientId]);
  return row;
}

function shownAccount(row: Json, home: string): Json {
  return {
    clientId: textAt(row, "id"),
    createdAt: textAt(row, "createdAt"),
    description: textAt(row, "description"),
    name: textAt(row, "name"),
    roles: listAt(row, "roles")
      .filter(({ scope }) => scope === home)
      .map((role) => textAt(role, "roleName")),
    secrets: listAt(row, "secrets").map((entry) => without(entry, "hash")),
  };
}
