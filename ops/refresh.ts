import type { Stack } from "@pulumi/pulumi/automation/index.js";
import { engineFailure } from "./failure.ts";
import { renderSummary } from "./plan.ts";
import { OperationProgress } from "./progress.ts";
import { engineSignal, lockNotices, openStack, plainSummary, stackFlags } from "./stack.ts";
import type { Output, Verb } from "./verb.ts";

export const refreshVerb: Verb = {
  name: "refresh",
  usage: "STACK",
  summary: "record what is really there",
  flags: stackFlags,
  examples: ["./infra refresh dev"],
  async run(args, output) {
    const opened = await openStack(args, (line) => output.stderr.write(`${line}\n`));
    const changes = await refresh(opened.stack, output);
    output.stdout.write(`${args.flags["json"] === true ? JSON.stringify({ changes }) : renderSummary(changes)}
`);
    return 0;
  },
};

async function refresh(stack: Stack, output: Output): Promise<{ readonly [op: string]: number }> {
  const progress = new OperationProgress({ output, clock: () => performance.now() });
  try {
    const result = await stack.refresh({
      onEvent: (event) => progress.accept(event),
      ...engineSignal(stack, output),
      ...plainSummary,
      ...lockNotices(output),
    });
    return { ...result.summary.resourceChanges };
  } catch (error) {
    throw engineFailure(error, progress.failures);
  } finally {
    progress.close();
  }
}
