import { CoreV1Api, type KubeConfig, type V1Pod } from "@kubernetes/client-node";
import { firstLineOf, UserError } from "../errors.ts";
import { SERVICE_LABEL } from "../stack-name.ts";
import type { ServiceAsker } from "./service-asker.ts";

const PATIENCE_SECONDS = 10;

/** Asks each ready pod of a service by way of the API server's proxy: nothing has to be published for it. */
export function clusterAsker(cluster: KubeConfig, namespace: string): ServiceAsker {
  const core = cluster.makeApiClient(CoreV1Api);
  const askPod = async (pod: string, port: number, path: string): Promise<[string, string]> => {
    const where = { namespace, name: `${pod}:${port}`, path: path.slice(1) };
    const answer: unknown = await Promise.race([core.connectGetNamespacedPodProxyWithPath(where), tooLong()]);
    // The client has parsed what is JSON.
    return [pod, typeof answer === "string" ? answer : JSON.stringify(answer)];
  };
  return {
    async ask(service, port, path) {
      try {
        const { items } = await core.listNamespacedPod({
          namespace,
          labelSelector: `${SERVICE_LABEL}=${service}`,
        });
        const pods = items.filter(isReady).map(({ metadata }) => metadata?.name ?? "");
        if (pods.length === 0) throw new Error("it has no pod that is ready");
        return new Map(await Promise.all(pods.map((pod) => askPod(pod, port, path))));
      } catch (error) {
        throw new UserError(
          "not-answering",
          `${service} does not answer GET ${path} by the API server's proxy: ${firstLineOf(error).slice(0, 200)}`,
          {
            help: "whoever asks needs `list` of pods and `get` of pods/proxy; kubernetes.apiServer of the settings has to hold the address that the API server comes from",
            cause: error,
          },
        );
      }
    },
  };
}

/** Fails by and by: an API server waits for half a minute for a pod that it does not reach. */
function tooLong(): Promise<never> {
  return new Promise((_, reject) => {
    const late = () => reject(new Error(`no answer within ${PATIENCE_SECONDS} s`));
    AbortSignal.timeout(PATIENCE_SECONDS * 1000).addEventListener("abort", late);
  });
}

function isReady({ metadata, status }: V1Pod): boolean {
  const isLeaving = metadata?.deletionTimestamp !== undefined;
  return !isLeaving && status?.conditions?.find(({ type }) => type === "Ready")?.status === "True";
}
