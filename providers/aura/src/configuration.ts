import { z } from "zod";
import { CallFailure } from "./protocol/failures.ts";
import { hasUnknown, type Properties } from "./protocol/property-values.ts";
import type { Problem } from "./protocol/resource-handler.ts";

/** Numbers reach a provider as text. */
const seconds = z
  .union([z.number(), z.string().regex(/^\d+(\.\d+)?$/, "is not a number of seconds")])
  .transform(Number);

const text = z.string().min(1, "is empty");

const configurationSchema = z.object({
  clientId: text.optional(),
  clientSecret: text.optional(),
  tenantId: text.optional(),
  baseUrl: z.url({ protocol: /^https?$/, error: "is not a URL" }).optional(),
  pollSeconds: seconds.optional(),
  settleSeconds: seconds.optional(),
});

export const CONFIGURATION_KEYS = Object.keys(configurationSchema.shape);
export const SECRET_CONFIGURATION: readonly string[] = ["clientSecret"];

const VARIABLES = {
  clientId: "AURA_CLIENT_ID",
  clientSecret: "AURA_CLIENT_SECRET",
  tenantId: "AURA_TENANT_ID",
  baseUrl: "AURA_BASE_URL",
  pollSeconds: "AURA_POLL_SECONDS",
  settleSeconds: "AURA_SETTLE_SECONDS",
} as const;

const BASE_URL = "https://api.neo4j.io";
const POLL_SECONDS = 5;
const SETTLE_SECONDS = 60;
const SECOND_MS = 1000;

/** What the provider works with. */
export interface Configuration {
  readonly credentials: { readonly clientId: string; readonly clientSecret: string } | undefined;
  readonly tenantId: string | undefined;
  /** Origin. */
  readonly baseUrl: string;
  /** Milliseconds between two looks. */
  readonly poll: number;
  /** Milliseconds between a new instance's `running` and its use. */
  readonly settle: number;
}

export type Environment = { readonly [name: string]: string | undefined };

/** Problems of the configuration as it is set; what is not known yet passes. */
export function checkConfiguration(inputs: Properties): Problem[] {
  const known = Object.fromEntries(Object.entries(inputs).filter(([, value]) => !hasUnknown(value)));
  const unknownKeys = Object.keys(known).filter(
    (key) => !CONFIGURATION_KEYS.includes(key) && key !== "version",
  );
  const { error } = configurationSchema.safeParse(known);
  return [
    ...unknownKeys.map((property) => ({
      property,
      reason: `is not a setting of the aura provider; there are: ${CONFIGURATION_KEYS.join(", ")}`,
    })),
    ...(error?.issues ?? []).map(({ path, message }) => ({ property: path.join("."), reason: message })),
  ];
}

/**
 * The configuration: what is set, else the environment, else defaults.
 *
 * @throws CallFailure naming the setting, or the variable, that cannot be used
 */
export function readConfiguration(inputs: Properties, environment: Environment): Configuration {
  const fromEnvironment = Object.entries(VARIABLES).map(([key, variable]) => [
    key,
    environment[variable] || undefined,
  ]);
  const set = Object.entries(inputs).filter(([, value]) => value !== undefined && value !== "");
  const { data, error } = configurationSchema.safeParse({
    ...Object.fromEntries(fromEnvironment),
    ...Object.fromEntries(set),
  });
  if (data === undefined) {
    const [issue] = error.issues;
    const key = String(issue?.path[0]) as keyof typeof VARIABLES;
    throw new CallFailure(`the aura provider's ${key} (aura:${key} or ${VARIABLES[key]}) ${issue?.message}`);
  }
  const { clientId, clientSecret } = data;
  const hasCredentials = clientId !== undefined && clientSecret !== undefined && !isOffline(environment);
  return {
    credentials: hasCredentials ? { clientId, clientSecret } : undefined,
    tenantId: data.tenantId,
    baseUrl: (data.baseUrl ?? BASE_URL).replace(/\/+$/, ""),
    poll: (data.pollSeconds ?? POLL_SECONDS) * SECOND_MS,
    settle: (data.settleSeconds ?? SETTLE_SECONDS) * SECOND_MS,
  };
}

/** Without credentials Aura is not asked: the engine's switch for previews that contact nobody. */
function isOffline(environment: Environment): boolean {
  return ["true", "1"].includes(environment["PULUMI_ENGINE_OFFLINE"] ?? "");
}

export const MISSING_CREDENTIALS =
  "there are no credentials for Aura: make an API key in the Aura console, then " +
  "`pulumi config set aura:clientId ID` and `pulumi config set --secret aura:clientSecret` " +
  "(or set AURA_CLIENT_ID and AURA_CLIENT_SECRET)";
