import { setTimeout as sleep } from "node:timers/promises";
import * as pulumi from "@pulumi/pulumi";

/** Who asks Atlas for a data snapshot. */
export interface SnapshotIdentity {
  /** Address of the Admin API. */
  readonly baseUrl: string;
  readonly clientId: string;
  readonly clientSecret: pulumi.Output<string>;
}

type Inputs = { readonly [property: string]: unknown };

/** What may change without any risk to the data. */
const HARMLESS = ["tags", "timeouts", "terminationProtectionEnabled", "retainBackupsEnabled"];
const RETENTION_DAYS = 7;
const VERSION = "application/vnd.atlas.2023-01-01+json";
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 30_000;
const PATIENCE_MS = 3_600_000;

/**
 * Takes a data snapshot of a cluster before it is changed, and lets the change wait for it. A snapshot that fails
 * stops the change. Deleting needs none: the cluster keeps its backups then.
 */
export function snapshotBeforeChange(name: string, identity: SnapshotIdentity): pulumi.ResourceHook {
  return new pulumi.ResourceHook(name, ({ oldInputs = {}, newInputs = {} }) =>
    takeSnapshot(identity, { before: oldInputs, after: newInputs }),
  );
}

/** What the hook does, with the cluster's inputs before and after. @throws Error where there is no snapshot */
export async function takeSnapshot(
  identity: SnapshotIdentity,
  { before, after }: { readonly before: Inputs; readonly after: Inputs },
): Promise<void> {
  if (!isRisky(before, after)) return;
  const call = await logIn(identity);
  const snapshots = `groups/${before["projectId"]}/clusters/${before["name"]}/backup/snapshots`;
  const description = "before a change of the cluster by Pulumi";
  const { id } = await call("POST", snapshots, { description, retentionInDays: RETENTION_DAYS });
  await awaitSnapshot(() => call("GET", `${snapshots}/${id}`));
}

function isRisky(before: Inputs, after: Inputs): boolean {
  const essence = (inputs: Inputs) =>
    JSON.stringify(
      Object.entries(inputs)
        .filter(([key]) => !HARMLESS.includes(key) && !key.startsWith("__"))
        .sort(([a], [b]) => (a < b ? -1 : 1)),
    );
  return essence(before) !== essence(after);
}

interface Snapshot {
  readonly id: string;
  readonly status: string;
}

type Call = (method: "GET" | "POST", path: string, body?: object) => Promise<Snapshot>;

async function logIn({ baseUrl, clientId, clientSecret }: SnapshotIdentity): Promise<Call> {
  const secret = await resolved(clientSecret);
  const basic = Buffer.from(`${clientId}:${secret}`).toString("base64");
  const answer = await send(`${baseUrl}/api/oauth/token`, {
    method: "POST",
    headers: { authorization: `Basic ${basic}`, "content-type": "application/x-www-form-urlencoded" },
    body: "grant_type=client_credentials",
  });
  const { access_token: token } = (await answer.json()) as { access_token: string };
  return async (method, path, body) => {
    const headers = { authorization: `Bearer ${token}`, accept: VERSION, "content-type": VERSION };
    const init = { method, headers, ...(body && { body: JSON.stringify(body) }) };
    return (await (await send(`${baseUrl}/api/atlas/v2/${path}`, init)).json()) as Snapshot;
  };
}

async function send(url: string, init: RequestInit): Promise<Response> {
  const answer = await fetch(url, init);
  if (answer.ok) return answer;
  throw new Error(
    `no data snapshot before the change: Atlas answered ${answer.status} to ${new URL(url).pathname}`,
  );
}

async function awaitSnapshot(look: () => Promise<Snapshot>): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  for (let wait = FIRST_WAIT_MS; ; wait = Math.min(wait * 2, LONGEST_WAIT_MS)) {
    const { id, status } = await look();
    if (status === "completed") return;
    if (status === "failed" || Date.now() > deadline) {
      throw new Error(`the data snapshot ${id} before the change is ${status}; the cluster was not changed`);
    }
    await sleep(wait);
  }
}

function resolved(secret: pulumi.Output<string>): Promise<string> {
  return new Promise((resolve) => secret.apply(resolve));
}
