import { readFileSync } from "node:fs";
import https from "node:https";
import { KubeConfig, type KubernetesObject } from "@kubernetes/client-node";
import { parseAllDocuments } from "yaml";
import { ControlPlaneError } from "./control-plane-error.ts";

/** A new API server on a busy machine may need long for its first answers. */
const PATIENCE_SECONDS = 30;

/** What the start of a control plane asks of its API server. All objects are of kinds without namespaces. */
export interface ClusterClient {
  isReady(): Promise<boolean>;
  /** Applies an object, and its status if it has one, as the simulator's own field manager. */
  apply(object: KubernetesObject): Promise<void>;
  /** Whether a condition of an object is true. */
  hasCondition(object: KubernetesObject, type: string): Promise<boolean>;
  /** Kinds that clients can find, as `group/version/Kind`. It lags behind the definitions by seconds. */
  discover(): Promise<ReadonlySet<string>>;
}

interface WithConditions {
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

interface Discovered {
  readonly items: readonly {
    readonly metadata: { readonly name: string };
    readonly versions: readonly {
      readonly version: string;
      readonly resources?: readonly { readonly responseKind: { readonly kind: string } }[];
    }[];
  }[];
}

interface Answer {
  readonly status: number;
  readonly text: string;
}

const APPLY = "?fieldManager=trials-simulator&force=true";

export function connectCluster(kubeconfig: string): ClusterClient {
  const config = new KubeConfig();
  config.loadFromString(kubeconfig);
  const send = async (method: string, path: string, body?: unknown) => {
    const options: https.RequestOptions = { method, timeout: PATIENCE_SECONDS * 1000, agent: false };
    await config.applyToHTTPSOptions(options);
    return exchange(`${config.getCurrentCluster()?.server ?? ""}${path}`, options, body);
  };
  const require = async (answer: Promise<Answer>) => {
    const { status, text } = await answer;
    if (status >= 300) throw new ControlPlaneError(`the API server refuses (${status}): ${text}`);
    return JSON.parse(text) as WithConditions;
  };
  return {
    isReady: async () => (await send("GET", "/readyz")).status === 200,
    apply: async (object) => {
      const path = pathOf(object);
      await require(send("PATCH", `${path}${APPLY}`, object));
      if ("status" in object) await require(send("PATCH", `${path}/status${APPLY}`, object));
    },
    hasCondition: async (object, type) => {
      const { status } = await require(send("GET", pathOf(object)));
      return status?.conditions?.some((found) => found.type === type && found.status === "True") ?? false;
    },
    discover: async () => {
      const { items } = (await require(send("GET", "/apis"))) as unknown as Discovered;
      const kinds = items.flatMap(({ metadata, versions }) =>
        versions.flatMap(({ version, resources }) =>
          (resources ?? []).map(({ responseKind }) => `${metadata.name}/${version}/${responseKind.kind}`),
        ),
      );
      return new Set(kinds);
    },
  };
}

/** The objects of a YAML file. */
export function readObjects(file: string): KubernetesObject[] {
  return parseAllDocuments(readFileSync(file, "utf8"))
    .map((document) => document.toJS() as KubernetesObject | null)
    .filter((object) => object !== null);
}

function pathOf({ apiVersion = "", kind = "", metadata }: KubernetesObject): string {
  const plural = kind.toLowerCase() + (kind.endsWith("s") ? "es" : "s");
  return `/${apiVersion.includes("/") ? "apis" : "api"}/${apiVersion}/${plural}/${metadata?.name ?? ""}`;
}

function exchange(url: string, options: https.RequestOptions, body: unknown): Promise<Answer> {
  const headers = {
    Accept: "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json",
    ...(body !== undefined && { "Content-Type": "application/apply-patch+yaml" }),
  };
  return new Promise((resolve, reject) => {
    const request = https.request(url, { ...options, headers }, async (response) => {
      const chunks: Buffer[] = [];
      try {
        for await (const chunk of response) chunks.push(chunk as Buffer);
        resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString("utf8") });
      } catch (error) {
        reject(error);
      }
    });
    request.on("timeout", () => request.destroy(new Error(`no answer for ${PATIENCE_SECONDS} seconds`)));
    request.on("error", reject);
    request.end(body === undefined ? undefined : JSON.stringify(body));
  });
}
