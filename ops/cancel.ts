import { openStack, stackFlags } from "./stack.ts";
import type { Verb } from "./verb.ts";

export const cancelVerb: Verb = {
  name: "cancel",
  usage: "STACK",
  summary: "remove the lock of a stack whose update does not run any more",
  flags: stackFlags,
  examples: ["./infra cancel dev", "./infra cancel dev --json"],
  async run(args, output) {
    const opened = await openStack(args, (line) => output.stderr.write(`${line}\n`));
    await opened.stack.cancel();
    const text =
      args.flags["json"] === true
        ? JSON.stringify({ unlocked: opened.name })
        : `${opened.name} is not locked any more`;
    output.stdout.write(`${text}\n`);
    return 0;
  },
};
