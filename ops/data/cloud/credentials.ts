import { UserError } from "../../errors.ts";
import type { VendorAccess } from "./vendor-api.ts";

export type Environment = { readonly [name: string]: string | undefined };

const ATLAS: Account = {
  vendor: "Atlas",
  prefix: "MONGODB_ATLAS",
  baseUrl: "https://cloud.mongodb.com",
  tokenPath: "api/oauth/token",
  what: "a service account of the Atlas project with the role Project Backup Manager",
};

const AURA: Account = {
  vendor: "Aura",
  prefix: "AURA",
  baseUrl: "https://api.neo4j.io",
  tokenPath: "oauth/token",
  what: "an API key of the Aura console",
};

/** Access to the Atlas Admin API as a service account. @throws UserError `credentials-missing` */
export function readAtlasAccess(env: Environment, recorded: RecordedProvider = {}): VendorAccess {
  return readAccess(withRecorded(env, ATLAS, recorded), ATLAS);
}

/** Access to the Aura API. @throws UserError `credentials-missing` */
export function readAuraAccess(env: Environment, recorded: RecordedProvider = {}): VendorAccess {
  return readAccess(withRecorded(env, AURA, recorded), AURA);
}

/** Inputs of a provider in the state, in clear: what they say comes before the environment, as with the provider itself. */
export interface RecordedProvider {
  readonly [input: string]: unknown;
}

function withRecorded(env: Environment, { prefix }: Account, recorded: RecordedProvider): Environment {
  const names = { clientId: "CLIENT_ID", clientSecret: "CLIENT_SECRET", baseUrl: "BASE_URL" };
  const told = Object.entries(names).flatMap(([input, name]): [string, string][] => {
    const value = recorded[input];
    return typeof value === "string" && value !== "" ? [[`${prefix}_${name}`, value]] : [];
  });
  return { ...env, ...Object.fromEntries(told) };
}

interface Account {
  readonly vendor: string;
  readonly prefix: string;
  readonly baseUrl: string;
  readonly tokenPath: string;
  readonly what: string;
}

function readAccess(env: Environment, account: Account): VendorAccess {
  const { vendor, prefix, tokenPath, what } = account;
  const clientId = env[`${prefix}_CLIENT_ID`] ?? "";
  const clientSecret = env[`${prefix}_CLIENT_SECRET`] ?? "";
  if (clientId === "" || clientSecret === "") {
    throw new UserError("credentials-missing", `there are no credentials for ${vendor} in the environment`, {
      help: `set ${prefix}_CLIENT_ID and ${prefix}_CLIENT_SECRET to those of ${what}`,
    });
  }
  const baseUrl = (env[`${prefix}_BASE_URL`] || account.baseUrl).replace(/\/+$/, "");
  return { vendor, baseUrl, tokenPath, clientId, clientSecret };
}
