import { auditChange, ENCRYPTION_SECRETS, encryptionChange } from "../bodies/security.ts";
import { isJson, type Json, jsonAt, without } from "../json.ts";
import { type Call, type Route, route } from "../route.ts";
import type { Simulation } from "../simulation.ts";
import { keyOf } from "../state.ts";

const VERSION = "2023-01-01";
const OWNER = ["GROUP_OWNER"];
const READER = ["GROUP_READ_ONLY"];
const AUDIT = "/groups/{groupId}/auditLog";
const ENCRYPTION = "/groups/{groupId}/encryptionAtRest";
const KEY_STORES = ["awsKms", "azureKeyVault", "googleCloudKms"];

const DEFAULT_AUDIT: Json = {
  auditAuthorizationSuccess: false,
  auditFilter: "{}",
  configurationType: "NONE",
  enabled: false,
};

export const projectSecurityRoutes: readonly Route[] = [
  route({
    method: "GET",
    path: AUDIT,
    version: VERSION,
    roles: OWNER,
    handle: ({ simulation, groupId }) => auditOf(simulation, groupId),
  }),
  route({
    method: "PATCH",
    path: AUDIT,
    version: VERSION,
    roles: OWNER,
    body: auditChange,
    handle: ({ simulation, groupId, body }) => {
      const changed = { ...auditOf(simulation, groupId), ...body };
      const configurationType = changed["enabled"] === true ? "FILTER_JSON" : "NONE";
      return simulation.table("auditLogs").put(keyOf(groupId), { ...changed, configurationType });
    },
  }),
  route({
    method: "GET",
    path: ENCRYPTION,
    version: VERSION,
    roles: READER,
    handle: ({ simulation, groupId }) => encryptionOf(simulation, groupId),
  }),
  route({
    method: "PATCH",
    path: ENCRYPTION,
    version: VERSION,
    roles: OWNER,
    body: encryptionChange,
    handle: changeEncryption,
  }),
];

function auditOf(simulation: Simulation, groupId: string): Json {
  return { ...DEFAULT_AUDIT, ...simulation.table("auditLogs").find(keyOf(groupId)) };
}

function encryptionOf(simulation: Simulation, groupId: string): Json {
  const kept = simulation.table("encryption").find(keyOf(groupId)) ?? {};
  const stores = KEY_STORES.map((name) => [name, { enabled: false, ...jsonAt(kept, name) }]);
  return { enabledForSearchNodes: false, ...kept, ...Object.fromEntries(stores) };
}

function changeEncryption({ simulation, groupId, body }: Call<Json>): Json {
  const before = encryptionOf(simulation, groupId);
  const changed = Object.entries(body).map(([name, value]) => {
    if (!isJson(value)) return [name, value] as const;
    const merged: Json = { ...jsonAt(before, name), ...without(value, ...ENCRYPTION_SECRETS) };
    return [name, value["enabled"] === true ? { ...merged, valid: true } : { enabled: false }] as const;
  });
  simulation.table("encryption").put(keyOf(groupId), { ...before, ...Object.fromEntries(changed) });
  return encryptionOf(simulation, groupId);
}
