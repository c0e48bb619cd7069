import { PassThrough } from "node:stream";
import { CoreV1Api, type KubeConfig, Log } from "@kubernetes/client-node";
import { UserError } from "../errors.ts";
import { lineSplitter, parseLogLine } from "./line.ts";
import type { LogRequest, LogSource } from "./log-source.ts";

const NAME = "app.kubernetes.io/name";

/** The logs of a namespace's pods. */
export function kubernetesLogs(cluster: KubeConfig, namespace: string): LogSource {
  const core = cluster.makeApiClient(CoreV1Api);
  return {
    async services() {
      const { items } = await core.listNamespacedPod({ namespace, labelSelector: NAME });
      return [...new Set(items.flatMap(({ metadata }) => metadata?.labels?.[NAME] ?? []))].sort();
    },
    async read(service, request, onLine) {
      const labelSelector = `${NAME}=${service}`;
      const { items } = await core.listNamespacedPod({ namespace, labelSelector });
      await Promise.all(
        items.map(async ({ metadata, spec }) => {
          const pod = metadata?.name ?? "";
          const where = { namespace, pod, container: spec?.containers[0]?.name ?? "" };
          await readPod(new Log(cluster), where, {
            ...request,
            onLine: (line) => onLine(parseLogLine(service, line)),
          });
        }),
      );
    },
  };
}

async function readPod(
  log: Log,
  where: { namespace: string; pod: string; container: string },
  request: LogRequest & { onLine: (line: string) => void },
): Promise<void> {
  const stream = new PassThrough();
  const splitter = lineSplitter(request.onLine);
  stream.setEncoding("utf8").on("data", (piece: string) => splitter.push(piece));
  const ended = new Promise<void>((resolve, reject) => {
    stream.once("end", resolve).once("error", reject);
  });
  try {
    const controller = await log.log(where.namespace, where.pod, where.container, stream, {
      follow: request.follow,
      timestamps: true,
      ...(request.since !== undefined && { sinceSeconds: request.since }),
      ...(request.tail !== undefined && { tailLines: request.tail }),
    });
    request.signal.addEventListener("abort", () => {
      controller.abort();
      stream.end();
    });
    await ended;
    splitter.end();
  } catch (error) {
    throw new UserError("log-unreadable", `pod ${where.pod} has no log to read: ${reasonOf(error)}`, {
      help: "pods of a simulated cluster (KWOK) run nothing and log nothing; kubectl describe pod tells of the others",
      cause: error,
    });
  }
}

function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.split("\n")[0]?.slice(0, 200) ?? "";
}
