import { UserError } from "../../errors.ts";
import { type PropertyMap, type PropertyValue, Secret } from "../../protocol/property-value.ts";
import { unwrapMap } from "../plain-values.ts";
import type { CheckConfigRequest, CheckResult } from "../provider.ts";

export type Environment = { readonly [name: string]: string | undefined };

/** Who calls. */
export type Credentials =
  | { readonly kind: "service-account"; readonly clientId: string; readonly clientSecret: string }
  | { readonly kind: "token"; readonly token: string }
  | { readonly kind: "digest"; readonly publicKey: string; readonly privateKey: string }
  /** Nobody yet: fails at the first call. */
  | { readonly kind: "none" };

export interface AtlasSettings {
  /** Without a slash at its end. */
  readonly baseUrl: string;
  readonly credentials: Credentials;
}

const DEFAULT_BASE_URL = "https://cloud.mongodb.com";
const GOVERNMENT_BASE_URL = "https://cloud.mongodbgov.com";
const SECRETS = ["clientSecret", "accessToken", "privateKey", "awsSecretAccessKey", "awsSessionToken"];
/** Credentials that lie in the Secrets Manager of AWS. */
const ELSEWHERE = ["secretName", "assumeRole"];

/** Marks what is secret among the provider's settings. */
export function checkConfig({ news }: CheckConfigRequest): CheckResult {
  const inputs = Object.entries(news).map(([name, value]): [string, PropertyValue] => [
    name,
    SECRETS.includes(name) && !(value instanceof Secret) ? new Secret(value) : value,
  ]);
  return { inputs: Object.fromEntries(inputs), failures: [] };
}

/** @throws UserError `atlas-aws-credentials` */
export function readSettings(inputs: PropertyMap, env: Environment): AtlasSettings {
  const plain = unwrapMap(inputs);
  const read = (name: string, ...variables: readonly string[]): string => {
    const given = plain[name];
    if (typeof given === "string" && given !== "") return given;
    return variables.map((variable) => env[variable] ?? "").find((value) => value !== "") ?? "";
  };
  if (ELSEWHERE.some((name) => plain[name] !== undefined && plain[name] !== null)) throw noAwsCredentials();
  const isGovernment = plain["isMongodbgovCloud"] === true || plain["isMongodbgovCloud"] === "true";
  const standard = isGovernment ? GOVERNMENT_BASE_URL : DEFAULT_BASE_URL;
  const baseUrl = read("baseUrl", "MONGODB_ATLAS_BASE_URL", "MCLI_OPS_MANAGER_URL") || standard;
  return { baseUrl: baseUrl.replace(/\/+$/, ""), credentials: readCredentials(read) };
}

function readCredentials(read: (name: string, ...variables: readonly string[]) => string): Credentials {
  const clientId = read("clientId", "MONGODB_ATLAS_CLIENT_ID");
  const clientSecret = read("clientSecret", "MONGODB_ATLAS_CLIENT_SECRET");
  const token = read("accessToken", "MONGODB_ATLAS_ACCESS_TOKEN");
  const publicKey = read(
    "publicKey",
    "MONGODB_ATLAS_PUBLIC_API_KEY",
    "MONGODB_ATLAS_PUBLIC_KEY",
    "MCLI_PUBLIC_API_KEY",
  );
  const privateKey = read(
    "privateKey",
    "MONGODB_ATLAS_PRIVATE_API_KEY",
    "MONGODB_ATLAS_PRIVATE_KEY",
    "MCLI_PRIVATE_API_KEY",
  );
  if (token !== "") return { kind: "token", token };
  if (clientId !== "" && clientSecret !== "") return { kind: "service-account", clientId, clientSecret };
  if (publicKey !== "" && privateKey !== "") return { kind: "digest", publicKey, privateKey };
  return { kind: "none" };
}

function noAwsCredentials(): UserError {
  return new UserError(
    "atlas-aws-credentials",
    "this engine's mongodbatlas provider does not read credentials from the AWS Secrets Manager",
    { help: "Give clientId and clientSecret, or install the official mongodbatlas plugin." },
  );
}
