/**
 * 500 Kubernetes objects on a real API server: preview, up, nothing to do, refresh, destroy.
 *
 *     node bench/kubernetes.ts [--objects N]
 *
 * Starts a control plane of its own (simulators/kubernetes), and stops it.
 */
import { parseArgs } from "node:util";
import { createKubernetesProvider } from "../engine/src/providers/kubernetes/provider.ts";
import { fakeHost, functionProgram, TestStack } from "../engine/src/testing/index.ts";
import { renderDuration } from "../ops/report/duration.ts";
import { renderTable } from "../ops/report/table.ts";
import { startControlPlane } from "../simulators/kubernetes/control-plane.ts";

const { values } = parseArgs({ options: { objects: { type: "string", default: "500" } } });
const count = Number(values.objects);

const plane = await startControlPlane({
  nodes: 1,
  onProgress: (message) => void process.stderr.write(`kubernetes: ${message}\n`),
});
try {
  const stack = new TestStack({
    providers: fakeHost({ kubernetes: () => createKubernetesProvider({ environment: {} }) }),
    config: { values: { "kubernetes:kubeconfig": plane.kubeconfig }, secretKeys: [] },
  });
  const program = functionProgram(async ({ resource }) => {
    const names = Array.from({ length: count }, (_, index) => `settings-${index}`);
    await Promise.all(
      names.map((name) =>
        resource("kubernetes:core/v1:ConfigMap", name, {
          apiVersion: "v1",
          kind: "ConfigMap",
          metadata: { name },
          data: { name },
        }),
      ),
    );
  });
  const rows = [
    await measure("preview", () => stack.preview(program)),
    await measure("up", () => stack.up(program)),
    await measure("up, nothing to do", () => stack.up(program)),
    await measure("refresh", () => stack.refresh()),
    await measure("destroy", () => stack.destroy()),
  ];
  process.stdout.write(`${renderTable([["OPERATION", "TIME", "PER OBJECT"], ...rows])}\n`);
} finally {
  await plane.close();
}

async function measure(
  name: string,
  run: () => Promise<{ readonly result: string; readonly told: readonly string[] }>,
): Promise<string[]> {
  const started = performance.now();
  const { result, told } = await run();
  const time = performance.now() - started;
  if (result !== "succeeded") throw new Error(`${name} failed: ${told.join("\n")}`);
  return [name, renderDuration(time), `${(time / count).toFixed(1)} ms`];
}
