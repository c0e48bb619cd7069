import { CoreV1Api, type KubeConfig } from "@kubernetes/client-node";
import { firstLineOf, UserError } from "../errors.ts";
import { SERVICE_LABEL } from "../stack-name.ts";
import { lineSplitter, parseLogLine } from "./line.ts";
import type { LogRequest, LogSource } from "./log-source.ts";
import { openPodLog, type PodContainer } from "./pod-log.ts";

/** The logs of a namespace's pods. */
export function kubernetesLogs(cluster: KubeConfig, namespace: string): LogSource {
  const core = cluster.makeApiClient(CoreV1Api);
  return {
    async services() {
      const { items } = await core.listNamespacedPod({ namespace, labelSelector: SERVICE_LABEL });
      return [...new Set(items.flatMap(({ metadata }) => metadata?.labels?.[SERVICE_LABEL] ?? []))].sort();
    },
    async read(service, request, onLine) {
      const labelSelector = `${SERVICE_LABEL}=${service}`;
      const { items } = await core.listNamespacedPod({ namespace, labelSelector });
      await Promise.all(
        items.map(async ({ metadata, spec }) => {
          const pod = metadata?.name ?? "";
          const where = { namespace, pod, container: spec?.containers[0]?.name ?? "" };
          await readPod(cluster, where, {
            ...request,
            onLine: (line) => onLine(parseLogLine(service, line)),
          });
        }),
      );
    },
  };
}

async function readPod(
  cluster: KubeConfig,
  where: PodContainer,
  request: LogRequest & { readonly onLine: (line: string) => void },
): Promise<void> {
  const splitter = lineSplitter(request.onLine);
  try {
    const log = await openPodLog(cluster, where, request);
    log.setEncoding("utf8");
    for await (const piece of log) splitter.push(piece as string);
    splitter.end();
  } catch (error) {
    if (request.signal.aborted) return;
    throw new UserError(
      "log-unreadable",
      `pod ${where.pod} has no log to read: ${firstLineOf(error).slice(0, 200)}`,
      {
        help: "pods of a simulated cluster (KWOK) run nothing and log nothing; kubectl describe pod tells of the others",
        cause: error,
      },
    );
  }
}
