import { ensureDockerPlatform } from "./bootstrap/docker-platform.ts";
import { readPrices } from "./cost.ts";
import { type Plan, previewStack, renderPlan } from "./plan.ts";
import { choosePolicyPack, policyFlags } from "./policy-pack.ts";
import { renderCost } from "./report/cost.ts";
import { openStack, stackFlags } from "./stack.ts";
import type { Verb } from "./verb.ts";

export const previewVerb: Verb = {
  name: "preview",
  usage: "STACK",
  summary: "show what `up` would do; changes nothing",
  flags: {
    ...stackFlags,
    ...policyFlags,
    prices: { type: "string", summary: "JSON file of prices on top of the list prices" },
  },
  examples: [
    "./infra preview dev",
    "./infra preview cloud --json",
    "./infra preview test --policy-pack policy",
  ],
  async run(args, output) {
    const policy = choosePolicyPack(args.positionals[0] ?? "", args.flags["policy-pack"], args.checkout.root);
    const file = args.flags["prices"];
    const prices = readPrices(typeof file === "string" ? file : undefined);
    const opened = await openStack(args, (line) => output.stderr.write(`${line}\n`));
    await ensureDockerPlatform(opened.name, output, { local: args.checkout.local });
    const plan = await previewStack(opened.stack, output, { policy, prices });
    output.stdout.write(`${args.flags["json"] === true ? JSON.stringify(plan, null, 2) : renderAll(plan)}\n`);
    return 0;
  },
};

function renderAll(plan: Plan): string {
  const parts = [renderPlan(plan), renderCost(plan.cost), plan.advice.join("\n")];
  return parts.filter((part) => part !== undefined && part !== "").join("\n\n");
}
