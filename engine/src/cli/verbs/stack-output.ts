import { UserError } from "../../errors.ts";
import { compareUtf8 } from "../../state/go-json.ts";
import type { Command } from "../command.ts";
import { switchFlag } from "../operation-options.ts";
import { printJson, printLine } from "../print-json.ts";
import { blindSecrets, outputText, renderOutputs, stackOutputs } from "../stack-outputs.ts";
import { openStackSession } from "../stack-session.ts";

export const stackOutputCommand: Command = {
  words: ["stack", "output"],
  summary: "Show what a stack's program exported",
  positionals: "[NAME]",
  flags: {
    shell: { summary: "Print shell assignments" },
    "show-secrets": { summary: "Show secret outputs in clear" },
  },
  examples: ["pulumi stack output", "pulumi stack output url", "pulumi stack output --json --show-secrets"],
  async run(args, process) {
    const [json, shell] = [switchFlag(args, "json"), switchFlag(args, "shell")];
    if (json && shell) throw new UserError("bad-usage", "only one of --json and --shell may be set");
    const showSecrets = switchFlag(args, "show-secrets");
    const session = await openStackSession(args, process);
    const { backend, reference, passphrase } = session;
    const snapshot = await backend.stack(reference, showSecrets ? passphrase : blindSecrets).load();
    const outputs = stackOutputs(snapshot, showSecrets);
    const [name] = args.positionals;
    const chosen = name === undefined ? Object.keys(outputs).sort(compareUtf8) : [name];
    if (name !== undefined && !Object.hasOwn(outputs, name)) {
      throw new UserError("no-output", `current stack does not have output property '${name}'`);
    }
    if (json) printJson(name === undefined ? outputs : (outputs[name] ?? null), process);
    else if (shell) {
      for (const key of chosen) printLine(`${key}=${shellQuote(outputText(outputs[key] ?? null))}`, process);
    } else if (name !== undefined) printLine(outputText(outputs[name] ?? null), process);
    else process.stdout.write(renderOutputs(outputs));
    return 0;
  },
};

/** As the official CLI quotes: single characters where there is no blank, else the whole text. */
function shellQuote(text: string): string {
  if (text === "") return "''";
  if (!/[ \t\n]/.test(text)) return text.replace(/^~|[\\'"`${[|&;<>()*?!]/g, "\\$&");
  const parts = text.split("'").map((part) => (part === "" ? "" : `'${part}'`));
  return parts.join("\\'");
}
