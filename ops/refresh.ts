import { engineFailure } from "./failure.ts";
import { renderSummary } from "./plan.ts";
import { OperationProgress } from "./progress.ts";
import { engineSignal, openStack, stackFlags } from "./stack.ts";
import type { Verb } from "./verb.ts";

export const refreshVerb: Verb = {
  name: "refresh",
  usage: "STACK",
  summary: "record what is really there",
  flags: stackFlags,
  examples: ["./infra refresh dev"],
  async run(args, output) {
    const opened = await openStack(args, (line) => output.stderr.write(`${line}\n`));
    const progress = new OperationProgress({ output, clock: () => performance.now() });
    try {
      const result = await opened.stack.refresh({
        onEvent: (event) => progress.accept(event),
        ...engineSignal(output),
      });
      const changes: { readonly [op: string]: number } = { ...result.summary.resourceChanges };
      const text = args.flags["json"] === true ? JSON.stringify({ changes }) : renderSummary(changes);
      output.stdout.write(`${text}\n`);
      return 0;
    } catch (error) {
      throw engineFailure(error, progress.failures);
    } finally {
      progress.close();
    }
  },
};
