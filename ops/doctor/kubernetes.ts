import type { KubeConfig, V1ResourceQuota } from "@kubernetes/client-node";
import { z } from "zod";
import { type Finding, failed, ok, warning } from "../bootstrap/doctor/check.ts";
import { firstLineOf } from "../errors.ts";
import type { Settings, StackCheck } from "./stack-check.ts";

const clusterSettings = z
  .object({
    kubernetes: z.object({ kubeconfig: z.string().optional(), context: z.string().optional() }).default({}),
  })
  .transform(({ kubernetes }) => kubernetes);

/** The cluster answers, of which version, and as whom. */
export const clusterCheck: StackCheck = {
  name: "credentials of Kubernetes",
  async run({ settings }) {
    const { AuthenticationV1Api, VersionApi } = await import("@kubernetes/client-node");
    const config = await readKubeConfig(await settings());
    try {
      const { gitVersion } = await config.makeApiClient(VersionApi).getCode();
      const review = await config.makeApiClient(AuthenticationV1Api).createSelfSubjectReview({
        body: { apiVersion: "authentication.k8s.io/v1", kind: "SelfSubjectReview" },
      });
      return ok(`${review.status?.userInfo?.username ?? "somebody"} at Kubernetes ${gitVersion}`);
    } catch (error) {
      return judgeFailure(error, config.getCurrentContext());
    }
  },
};

function judgeFailure(error: unknown, context: string): Finding {
  const { code } = error as { code?: unknown };
  const mend = `kubectl --context ${context} version`;
  return code === 401 || code === 403
    ? failed(`the cluster refuses the credentials of ${context} (${code})`, mend)
    : failed(`the cluster of ${context} cannot be reached: ${firstLineOf(error)}`, mend);
}

/** How much of each quota of the stack's namespace is used. */
export const quotaCheck: StackCheck = {
  name: "quota",
  async run({ settings, state }) {
    const { CoreV1Api } = await import("@kubernetes/client-node");
    const namespace = namespaceOf((await state())?.deployment);
    if (namespace === undefined) return ok("none before the first update");
    const api = (await readKubeConfig(await settings())).makeApiClient(CoreV1Api);
    const { items } = await api.listNamespacedResourceQuota({ namespace });
    return judgeQuotas(items);
  },
};

/** A quota that is used up keeps the next update from starting its pods. */
export function judgeQuotas(quotas: readonly Pick<V1ResourceQuota, "status">[]): Finding {
  const uses = quotas.flatMap(({ status }) =>
    Object.entries(status?.hard ?? {}).map(([name, hard]) => ({
      hard,
      used: status?.used?.[name] ?? "0",
      name,
    })),
  );
  if (uses.length === 0) return ok("none is set");
  const full = uses.filter(({ hard, used }) => hard === used);
  const told = uses.map(({ name, used, hard }) => `${name} ${used} of ${hard}`).join(", ");
  if (full.length === 0) return ok(told);
  return warning(
    `used up: ${full.map(({ name }) => name).join(", ")} (${told})`,
    "kubectl get resourcequota -A",
  );
}

const outputsSchema = z.object({ cloud: z.object({ namespace: z.string() }) });

function namespaceOf(deployment: unknown): string | undefined {
  const { resources = [] } = (deployment ?? {}) as { resources?: { type: string; outputs?: unknown }[] };
  const stack = resources.find(({ type }) => type === "pulumi:pulumi:Stack");
  return outputsSchema.safeParse(stack?.outputs).data?.cloud.namespace;
}

async function readKubeConfig(settings: Settings): Promise<KubeConfig> {
  const { loadKubeConfig } = await import("../kube-config.ts");
  return loadKubeConfig(clusterSettings.parse(settings));
}
