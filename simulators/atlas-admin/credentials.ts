import { z } from "zod";
import { addAccessToken, addApiKey, type IdentityArgs } from "./auth/identities.ts";
import { addServiceAccount } from "./auth/service-accounts.ts";
import { textAt } from "./json.ts";
import { parseJson, readIfThere, writePrivately } from "./persistence.ts";
import type { Simulation } from "./simulation.ts";

/** Three ways to log in: a service account, a pair of keys, a token. */
export interface Credentials {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly publicKey: string;
  readonly privateKey: string;
  readonly accessToken: string;
}

const credentialsSchema = z.strictObject({
  clientId: z.string(),
  clientSecret: z.string(),
  publicKey: z.string(),
  privateKey: z.string(),
  accessToken: z.string(),
});

export function credentialsFileOf(stateFile: string): string {
  return `${stateFile.replace(/\.json$/, "")}.credentials.json`;
}

/** Makes an identity of each kind with the same roles. */
export function addCredentials(
  simulation: Simulation,
  identity: IdentityArgs,
  given: Partial<Credentials> = {},
): Credentials {
  const { clientId, clientSecret } = given;
  const { row, secret } = addServiceAccount(simulation, {
    ...identity,
    home: simulation.state.organisationId,
    ...(clientId === undefined ? {} : { clientId }),
    ...(clientSecret === undefined ? {} : { secret: clientSecret }),
  });
  const keys = addApiKey(simulation, identity, given);
  const accessToken = addAccessToken(simulation, identity, given.accessToken);
  return { clientId: textAt(row, "id"), clientSecret: secret, ...keys, accessToken };
}

/** The organisation owner's credentials: those of the last run, or new ones. They lie beside the state, for its owner only. */
export function ownerCredentials(
  simulation: Simulation,
  stateFile: string | undefined,
  given: Partial<Credentials> = {},
): Credentials {
  const file = stateFile === undefined ? undefined : credentialsFileOf(stateFile);
  const kept = file === undefined ? undefined : readIfThere(file);
  const parsed = credentialsSchema.safeParse(kept === undefined ? undefined : parseJson(kept));
  const isKnown = parsed.success && simulation.table("identities").all().length > 0;
  if (isKnown) return parsed.data;
  const owner = { roleName: "ORG_OWNER", scope: simulation.state.organisationId };
  const credentials = addCredentials(simulation, { name: "owner", roles: [owner] }, given);
  if (file !== undefined) writePrivately(file, credentials);
  return credentials;
}
