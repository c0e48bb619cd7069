import { UserError } from "../../errors.ts";
import { performChange } from "../change-stack.ts";
import type { Command, CommandArguments } from "../command.ts";
import {
  changeFlags,
  operationFlags,
  planFlags,
  policyFlags,
  unsupportedFlags,
  updateFlags,
  upTargetFlags,
} from "../operation-flags.ts";
import { openProgramSession } from "../operation-session.ts";
import { readPlan, refuseStrictWithoutPreview } from "../plan-flags.ts";

function refuseTemplate({ positionals }: CommandArguments): void {
  const [template] = positionals;
  if (template === undefined) return;
  throw new UserError(
    "bad-usage",
    `'${template}' is not a flag: this engine makes no projects from templates`,
    {
      help: "Run pulumi up in the folder of the project.",
    },
  );
}

export const upCommands: readonly Command[] = [
  {
    words: ["up"],
    aliases: ["update"],
    positionals: "[TEMPLATE]",
    summary: "Create, update and delete resources until they are what the program describes",
    flags: {
      ...operationFlags,
      ...upTargetFlags,
      ...updateFlags,
      ...changeFlags,
      ...planFlags,
      ...policyFlags,
    },
    unsupported: unsupportedFlags,
    examples: [
      "pulumi up --stack dev",
      "pulumi up --yes --refresh",
      "pulumi up --plan plan.json",
      "pulumi up --policy-pack ../policies",
      "pulumi up --skip-preview --target '**Container::api'",
    ],
    async run(args, process) {
      refuseTemplate(args);
      const session = await openProgramSession(args, process);
      refuseStrictWithoutPreview(args);
      const plan = await readPlan(session, args, process);
      const { exitCode } = await performChange({ kind: "update", session, args, process, plan });
      return exitCode;
    },
  },
];
