import { UserError } from "../../errors.ts";
import type { VendorAccess } from "./vendor-api.ts";

export type Environment = { readonly [name: string]: string | undefined };

/** Access to the Atlas Admin API as a service account. @throws UserError `credentials-missing` */
export function readAtlasAccess(env: Environment): VendorAccess {
  return readAccess(env, {
    vendor: "Atlas",
    prefix: "MONGODB_ATLAS",
    baseUrl: "https://cloud.mongodb.com",
    tokenPath: "api/oauth/token",
    what: "a service account of the Atlas project with the role Project Backup Manager",
  });
}

/** Access to the Aura API. @throws UserError `credentials-missing` */
export function readAuraAccess(env: Environment): VendorAccess {
  return readAccess(env, {
    vendor: "Aura",
    prefix: "AURA",
    baseUrl: "https://api.neo4j.io",
    tokenPath: "oauth/token",
    what: "an API key of the Aura console",
  });
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
