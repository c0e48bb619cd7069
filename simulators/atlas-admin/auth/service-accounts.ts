import { randomBytes } from "node:crypto";
import { type Json, listAt, textAt, without } from "../json.ts";
import type { Simulation } from "../simulation.ts";
import { keyOf } from "../state.ts";
import { hashOf, type IdentityArgs } from "./identities.ts";

const HOUR_MS = 3_600_000;
const DEFAULT_HOURS = 8760;

export interface ServiceAccountArgs extends IdentityArgs {
  /** Where it was made: an organisation or a project. */
  readonly home: string;
  readonly secretExpiresAfterHours?: number;
  readonly clientId?: string;
  readonly secret?: string;
}

/** Makes a service account. Its row is as the API shows it, with `$…` beside. @returns the secret, which is never seen again */
export function addServiceAccount(
  simulation: Simulation,
  args: ServiceAccountArgs,
): { row: Json; secret: string } {
  const clientId = args.clientId ?? `mdb_sa_id_${simulation.newId()}`;
  const row: Json = {
    id: clientId,
    kind: "serviceAccount",
    home: args.home,
    name: args.name,
    description: args.description ?? "",
    createdAt: simulation.clock.stamp(),
    roles: args.roles.map((role) => ({ ...role })),
    secrets: [],
  };
  simulation.table("identities").put(keyOf(clientId), row);
  const { secret } = addSecret(simulation, row, args);
  return { row, secret };
}

/** A service account may have two secrets at a time: that is how they are changed without a gap. */
export function addSecret(
  simulation: Simulation,
  account: Json,
  args: { readonly secretExpiresAfterHours?: number; readonly secret?: string },
): { shown: Json; secret: string } {
  const secret = args.secret ?? `mdb_sa_sk_${randomBytes(24).toString("base64url")}`;
  const entry: Json = {
    id: simulation.newId(),
    createdAt: simulation.clock.stamp(),
    expiresAt: simulation.clock.stamp((args.secretExpiresAfterHours ?? DEFAULT_HOURS) * HOUR_MS),
    maskedSecretValue: `mdb_sa_sk_${"*".repeat(8)}${secret.slice(-4)}`,
    hash: hashOf(secret),
  };
  account["secrets"] = [...listAt(account, "secrets"), entry];
  return { shown: { ...without(entry, "hash"), secret }, secret };
}

/** Whether it is a secret of the account that has not expired. */
export function provesAccount(simulation: Simulation, account: Json, secret: string): boolean {
  const now = simulation.clock.now;
  return listAt(account, "secrets").some(
    (entry) => textAt(entry, "hash") === hashOf(secret) && Date.parse(textAt(entry, "expiresAt")) > now,
  );
}
