import { z } from "zod";
import { failed, ok, warning } from "../bootstrap/doctor/check.ts";
import type { StackCheck } from "./stack-check.ts";

const PATIENCE = 5_000;

const outputsSchema = z.object({
  gatewayUrl: z.string(),
  services: z.record(z.string(), z.object({ url: z.string().optional() })),
});

/** Every published address answers something. */
export const reachCheck: StackCheck = {
  name: "reachability",
  async run({ stack, state }) {
    const outputs = outputsOf((await state().catch(() => undefined))?.deployment);
    if (outputs === undefined) return warning(`${stack} is not up`, `./infra up ${stack}`);
    const urls = [outputs.gatewayUrl, ...Object.values(outputs.services).map(({ url }) => url)];
    const distinct = [...new Set(urls.filter((url) => url !== undefined))];
    const silent = await findSilent(distinct);
    if (silent.length === 0) return ok(`${distinct.length} addresses answer`);
    return failed(`no answer from ${silent.join(", ")}`, `./infra up ${stack}`);
  },
};

async function findSilent(urls: readonly string[]): Promise<string[]> {
  const answers = await Promise.all(urls.map(async (url) => ({ url, answers: await isAnswering(url) })));
  return answers.filter((asked) => !asked.answers).map(({ url }) => url);
}

async function isAnswering(url: string): Promise<boolean> {
  try {
    const answer = await fetch(url, { redirect: "manual", signal: AbortSignal.timeout(PATIENCE) });
    await answer.body?.cancel();
    return answer.status < 500;
  } catch {
    return false;
  }
}

function outputsOf(deployment: unknown): z.infer<typeof outputsSchema> | undefined {
  const { resources = [] } = (deployment ?? {}) as { resources?: { type: string; outputs?: unknown }[] };
  const stack = resources.find(({ type }) => type === "pulumi:pulumi:Stack");
  return outputsSchema.safeParse(stack?.outputs).data;
}
