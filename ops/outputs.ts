import type { OutputMap, Stack } from "@pulumi/pulumi/automation/index.js";
import { type StackOutputs, stackOutputsSchema } from "../contracts/stack-outputs.ts";
import { UserError } from "./errors.ts";
import { renderEnvironment } from "./report/environment.ts";
import { openStack, stackFlags } from "./stack.ts";
import type { Verb } from "./verb.ts";

/** Reads a stack's outputs against their contract. Secrets are `[secret]` unless asked for. */
export async function readOutputs(name: string, stack: Stack, showSecrets: boolean): Promise<StackOutputs> {
  const outputs = parseOutputs(name, await stack.outputs());
  return showSecrets ? outputs : hideSecrets(outputs);
}

/** What an engine told of a stack's outputs, secrets in clear. @throws UserError `stack-not-up`, `outputs-unreadable` */
export function parseOutputs(name: string, outputs: OutputMap): StackOutputs {
  if (Object.keys(outputs).length === 0) {
    throw new UserError("stack-not-up", `stack ${name} has no outputs: it is not up`, {
      help: `./infra up ${name}`,
    });
  }
  const plain = Object.fromEntries(
    Object.entries(outputs).map(([key, output]) => [key, output.value as unknown]),
  );
  const parsed = stackOutputsSchema.safeParse(plain);
  if (!parsed.success) {
    const first = parsed.error.issues[0];
    throw new UserError(
      "outputs-unreadable",
      `the outputs of ${name} do not answer the contract: ${first?.path.join(".")}: ${first?.message}`,
      { help: `./infra up ${name} writes them anew` },
    );
  }
  return parsed.data;
}

/** What may be shown and kept of a stack's outputs. */
export function hideSecrets(outputs: StackOutputs): StackOutputs {
  const { administrator, notebooks } = outputs;
  return {
    ...outputs,
    administrator: { ...administrator, password: "[secret]" },
    ...(notebooks && { notebooks: { ...notebooks, token: "[secret]" } }),
  };
}

export const outputsVerb: Verb = {
  name: "outputs",
  usage: "STACK",
  summary: "where everything is and how to log in",
  flags: {
    ...stackFlags,
    "show-secrets": { type: "boolean", default: false, summary: "print secrets in clear" },
  },
  examples: ["./infra outputs dev", "./infra outputs dev --json --show-secrets"],
  async run(args, output) {
    const json = args.flags["json"] === true;
    const opened = await openStack(args, (line) => output.stderr.write(`${line}\n`));
    const outputs = await readOutputs(opened.name, opened.stack, args.flags["show-secrets"] === true);
    output.stdout.write(
      `${json ? JSON.stringify(outputs, null, 2) : renderEnvironment(opened.name, outputs)}\n`,
    );
    return 0;
  },
};
