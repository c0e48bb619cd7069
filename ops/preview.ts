import { ensureDockerPlatform } from "./bootstrap/docker-platform.ts";
import { previewStack, renderPlan } from "./plan.ts";
import { openStack, stackFlags } from "./stack.ts";
import type { Verb } from "./verb.ts";

export const previewVerb: Verb = {
  name: "preview",
  usage: "STACK",
  summary: "show what `up` would do; changes nothing",
  flags: stackFlags,
  examples: ["./infra preview dev", "./infra preview dev --json"],
  async run(args, output) {
    const opened = await openStack(args, (line) => output.stderr.write(`${line}\n`));
    await ensureDockerPlatform(opened.name, output);
    const plan = await previewStack(opened.stack, output);
    output.stdout.write(
      `${args.flags["json"] === true ? JSON.stringify(plan, null, 2) : renderPlan(plan)}\n`,
    );
    return 0;
  },
};
