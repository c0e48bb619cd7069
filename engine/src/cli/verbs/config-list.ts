import { applyDeclarations } from "../../project/config.ts";
import { configText, displayConfigKey, hasSecure } from "../../project/config-value.ts";
import { compareUtf8 } from "../../state/go-json.ts";
import type { Command } from "../command.ts";
import { switchFlag } from "../operation-options.ts";
import { printJson } from "../print-json.ts";
import { openConfigSession } from "../stack-session.ts";
import { renderTable } from "../table.ts";
import { configValueJson, revealConfig } from "./config-json.ts";
import { openFlag } from "./config-key.ts";

export const configListCommand: Command = {
  words: ["config"],
  summary: "List a stack's configuration",
  flags: { "show-secrets": { summary: "Show secrets in clear" }, ...openFlag },
  examples: ["pulumi config", "pulumi config --json --show-secrets"],
  async run(args, process) {
    const session = await openConfigSession(args, process);
    const config = applyDeclarations(session.project, session.settings.config);
    const reveal = switchFlag(args, "show-secrets") && hasSecure(config);
    const secrets = reveal ? await session.secrets() : undefined;
    const entries = Object.entries(config).sort(([a], [b]) => compareUtf8(a, b));
    if (switchFlag(args, "json")) {
      const values = entries.map(
        async ([key, value]) => [key, await configValueJson(value, secrets)] as const,
      );
      printJson(Object.fromEntries(await Promise.all(values)), process);
      return 0;
    }
    const rows = entries.map(async ([key, value]) => ({
      cells: [displayConfigKey(key, session.project.name), configText(await revealConfig(value, secrets))],
    }));
    process.stdout.write(renderTable(["KEY", "VALUE"], await Promise.all(rows)));
    return 0;
  },
};
