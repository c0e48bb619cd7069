import { ProviderError, UserError } from "../../errors.ts";
import type { Clock } from "../clock.ts";
import { createKubeApi } from "./kube-api.ts";
import { connect, type KubeConnection } from "./kube-connection.ts";
import { patient } from "./patient-connection.ts";
import type { Target } from "./session.ts";
import type { KubernetesSettings } from "./settings.ts";

/** The same question that the official plugin asks first; a server that answers it is there and lets us in. */
const FIRST_QUESTION = "/openapi/v2?timeout=32s";
const FIRST_DEADLINE_MS = 32_000;

export interface TargetOptions {
  readonly directory: string;
  readonly signal: AbortSignal;
  /** True where nobody may be contacted. */
  readonly offline: boolean;
  readonly onWarning: (message: string) => void;
  readonly clock: Clock;
}

/** Finds where objects go. A cluster that is away is no error yet: previews and rendering can do without. */
export async function findTarget(
  settings: KubernetesSettings,
  options: TargetOptions,
): Promise<{ readonly target: Target; readonly namespace: string }> {
  if (settings.renderDirectory !== "") {
    const folder = { shown: settings.renderDirectory, from: options.directory };
    return { target: { kind: "folder", folder }, namespace: settings.namespace || "default" };
  }
  if (options.offline) {
    const reason = "PULUMI_ENGINE_OFFLINE is set";
    return { target: { kind: "unreachable", reason }, namespace: settings.namespace || "default" };
  }
  const found = await tryConnect(settings);
  if (typeof found === "string") {
    return { target: { kind: "unreachable", reason: found }, namespace: settings.namespace || "default" };
  }
  const connection = patient(found, options.clock);
  const reason = await findObstacle(connection, options.signal);
  const target: Target =
    reason === undefined
      ? { kind: "cluster", api: createKubeApi(connection, options) }
      : { kind: "unreachable", reason };
  return { target, namespace: connection.namespace };
}

/** The connection, or why there is none. */
async function tryConnect(settings: KubernetesSettings): Promise<KubeConnection | string> {
  try {
    return await connect(settings);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    if (settings.kubeconfig !== "" && !(error instanceof UserError)) {
      return `failed to parse kubeconfig data in \`kubernetes:config:kubeconfig\`- ${reason}`;
    }
    return (
      "unable to load Kubernetes client configuration from kubeconfig file. Make sure you have: \n\n" +
      " \t • set up the provider as per " +
      `https://www.pulumi.com/registry/packages/kubernetes/installation-configuration/ \n\n ${reason}`
    );
  }
}

/** Why the server cannot be used; undefined where it can. */
async function findObstacle(connection: KubeConnection, stop: AbortSignal): Promise<string | undefined> {
  const signal = AbortSignal.any([stop, AbortSignal.timeout(FIRST_DEADLINE_MS)]);
  try {
    const answer = await connection.reach({ method: "GET", path: FIRST_QUESTION, signal });
    return answer.status < 400 ? undefined : obstacle(textOf(answer.text, answer.status));
  } catch (error) {
    if (error instanceof ProviderError) return obstacle(error.message);
    throw error;
  }
}

function obstacle(reason: string): string {
  return `unable to load schema information from the API server: ${reason}`;
}

function textOf(text: string, status: number): string {
  const message = /"message":\s*"((?:[^"\\]|\\.)*)"/.exec(text)?.[1];
  return message ?? `the server answered with status ${status}`;
}
