import { createHash, randomBytes } from "node:crypto";
import { type Json, listAt, textAt } from "../json.ts";
import type { Simulation } from "../simulation.ts";
import { keyOf } from "../state.ts";
import { digestSecret } from "./digest.ts";
import type { RoleGrant } from "./roles.ts";

/** Who calls. */
export interface Identity {
  readonly id: string;
  readonly roles: readonly RoleGrant[];
}

export interface IdentityArgs {
  readonly name: string;
  readonly description?: string;
  readonly roles: readonly RoleGrant[];
}

export function toIdentity(row: Json): Identity {
  const roles = listAt(row, "roles").map((role) => ({
    roleName: textAt(role, "roleName"),
    scope: textAt(role, "scope"),
  }));
  return { id: textAt(row, "id"), roles };
}

export function hashOf(secret: string): string {
  return createHash("sha256").update(secret).digest("hex");
}

/** A pair of keys for digest authentication. */
export function addApiKey(
  simulation: Simulation,
  { name, roles }: IdentityArgs,
  keys: { readonly publicKey?: string; readonly privateKey?: string } = {},
): { readonly publicKey: string; readonly privateKey: string } {
  const publicKey = keys.publicKey ?? randomBytes(4).toString("hex");
  const privateKey = keys.privateKey ?? randomUuid();
  simulation.table("identities").put(keyOf(publicKey), {
    id: publicKey,
    kind: "apiKey",
    name,
    digestSecret: digestSecret(publicKey, privateKey),
    roles: roles.map((role) => ({ ...role })),
  });
  return { publicKey, privateKey };
}

/** A token that is good until it is revoked. */
export function addAccessToken(
  simulation: Simulation,
  { name, roles }: IdentityArgs,
  token = randomBytes(24).toString("base64url"),
): string {
  const id = `token-${hashOf(token).slice(0, 12)}`;
  const granted = roles.map((role) => ({ ...role }));
  simulation.table("identities").put(keyOf(id), { id, kind: "accessToken", name, roles: granted });
  simulation.table("tokens").put(hashOf(token), { identity: id, expires: null });
  return token;
}

function randomUuid(): string {
  return [4, 2, 2, 2, 6].map((size) => randomBytes(size).toString("hex")).join("-");
}
