import { openStack, stackFlags } from "./stack.ts";
import type { Verb } from "./verb.ts";

export const cancelVerb: Verb = {
  name: "cancel",
  usage: "STACK",
  summary: "remove the lock of a stack whose update does not run any more",
  flags: { engine: stackFlags.engine },
  examples: ["./infra cancel dev"],
  async run(args, output) {
    const opened = await openStack(args, (line) => output.stderr.write(`${line}\n`));
    await opened.stack.cancel();
    output.stdout.write(`${opened.name} is not locked any more\n`);
    return 0;
  },
};
