import type { TestProject } from "vitest/node";
import { startOrUse } from "../../../simulators/kubernetes/start-or-use.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** Of a user that may do everything on the control plane that all files share. */
    kubeconfig: string;
  }
}

/** One control plane for all files; `KUBE_CONTEXT` names a context of the machine's kubeconfig to use instead. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const context = process.env["KUBE_CONTEXT"];
  const cluster = await startOrUse({
    ...(context !== undefined && context !== "" && { context }),
    onProgress: (message) => void process.stderr.write(`kubernetes: ${message}\n`),
  });
  project.provide("kubeconfig", cluster.kubeconfig);
  return () => cluster.close();
}
