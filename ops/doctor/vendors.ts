import { z } from "zod";
import { type Finding, failed, ok, warning } from "../bootstrap/doctor/check.ts";
import { messageOf } from "../errors.ts";
import type { Settings, StackCheck } from "./stack-check.ts";

const PATIENCE = AbortSignal.timeout.bind(AbortSignal, 15_000);

const atlasSettings = z.object({
  atlas: z.object({ baseUrl: z.url().default("https://cloud.mongodb.com"), clientId: z.string() }),
  atlasClientSecret: z.string(),
});

/** The service account of Atlas is there, and may read. */
export const atlasCheck: StackCheck = {
  name: "credentials of Atlas",
  run: ({ settings, stack }) =>
    withSettings(
      atlasSettings,
      settings,
      `pulumi config set --secret trials:atlasClientSecret -s ${stack}`,
      async (given, mend) => {
        const { baseUrl, clientId } = given.atlas;
        const login = { url: `${baseUrl}/api/oauth/token`, clientId, secret: given.atlasClientSecret, mend };
        return judgeAccount("Atlas", login, {
          url: `${baseUrl}/api/atlas/v2/groups?itemsPerPage=1`,
          headers: { accept: "application/vnd.atlas.2023-01-01+json" },
        });
      },
    ),
};

const auraSettings = z.object({
  graph: z.object({
    mode: z.literal("managed"),
    baseUrl: z.url().default("https://api.neo4j.io"),
    clientId: z.string(),
    tenantId: z.string(),
  }),
  auraClientSecret: z.string(),
});

/** The API credentials of Aura are there, and see the project. */
export const auraCheck: StackCheck = {
  name: "credentials of Aura",
  async run({ settings, stack }) {
    const { graph } = await settings();
    if ((graph as { mode?: unknown } | undefined)?.mode === "external")
      return ok("not needed: the instance is of somebody else's making");
    const mend = `pulumi config set --secret trials:auraClientSecret -s ${stack}`;
    return withSettings(auraSettings, settings, mend, async (given, mend) => {
      const { baseUrl, clientId, tenantId } = given.graph;
      const login = { url: `${baseUrl}/oauth/token`, clientId, secret: given.auraClientSecret, mend };
      return judgeAccount("Aura", login, { url: `${baseUrl}/v1/tenants/${tenantId}`, headers: {} });
    });
  },
};

async function withSettings<T>(
  schema: z.ZodType<T>,
  settings: () => Promise<Settings>,
  mend: string,
  check: (given: T, mend: string) => Promise<Finding>,
): Promise<Finding> {
  const parsed = schema.safeParse(await settings());
  if (parsed.success) return check(parsed.data, mend);
  return failed(`missing: trials:${parsed.error.issues[0]?.path.join(".")}`, mend);
}

interface Login {
  readonly url: string;
  readonly clientId: string;
  readonly secret: string;
  /** The command that sets the secret. */
  readonly mend: string;
}

interface Read {
  readonly url: string;
  readonly headers: { readonly [name: string]: string };
}

/** Logs in and reads one small thing. */
async function judgeAccount(vendor: string, login: Login, read: Read): Promise<Finding> {
  const host = new URL(login.url).origin;
  const unreachable = (error: unknown) =>
    failed(`${vendor} cannot be reached at ${host}: ${causeOf(error)}`, `curl -sS -o /dev/null ${host}`);
  try {
    const answer = await fetch(login.url, {
      method: "POST",
      headers: {
        authorization: `Basic ${Buffer.from(`${login.clientId}:${login.secret}`).toString("base64")}`,
        "content-type": "application/x-www-form-urlencoded",
      },
      body: "grant_type=client_credentials",
      signal: PATIENCE(),
    });
    if (!answer.ok) return refusal(`${vendor} hands out no token to ${login.clientId}`, answer.status, login);
    const { access_token: token } = z.object({ access_token: z.string() }).parse(await answer.json());
    const headers = { ...read.headers, authorization: `Bearer ${token}` };
    const seen = await fetch(read.url, { headers, signal: PATIENCE() });
    if (!seen.ok) return refusal(`${vendor} does not let ${login.clientId} read`, seen.status, login);
    return ok(`${login.clientId} may read at ${host}`);
  } catch (error) {
    return unreachable(error);
  }
}

function refusal(what: string, status: number, { mend }: Login): Finding {
  if (status === 429 || status >= 500)
    return warning(`${what} (${status}): not known whether the credentials hold`);
  return failed(`${what} (${status}): the credentials are wrong, have expired or were withdrawn`, mend);
}

function causeOf(error: unknown): string {
  const { cause } = error as { cause?: unknown };
  return messageOf(cause ?? error);
}
