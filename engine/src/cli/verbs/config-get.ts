import { UserError } from "../../errors.ts";
import { applyDeclarations } from "../../project/config.ts";
import { configText, displayConfigKey, getAt, hasSecure } from "../../project/config-value.ts";
import type { Command } from "../command.ts";
import { switchFlag } from "../operation-options.ts";
import { printJson, printLine } from "../print-json.ts";
import { requiredArgument } from "../refuse-arguments.ts";
import { openConfigSession } from "../stack-session.ts";
import { configValueJson, revealConfig } from "./config-json.ts";
import { configKey, openFlag, pathFlag } from "./config-key.ts";

export const configGetCommand: Command = {
  words: ["config", "get"],
  summary: "Print a value of a stack's configuration, secrets in clear",
  positionals: "KEY",
  flags: { ...pathFlag, ...openFlag },
  examples: ["pulumi config get logLevel", "pulumi config get --path services.api.cpu"],
  async run(args, process) {
    const session = await openConfigSession(args, process);
    const name = requiredArgument(args);
    const { key, path } = configKey(name, args, session.project.name);
    const config = applyDeclarations(session.project, session.settings.config);
    const value = getAt(config[key], path);
    if (value === undefined) {
      const shown = displayConfigKey(name, session.project.name);
      throw new UserError("no-config", `configuration key '${shown}' not found for stack '${session.name}'`);
    }
    const secrets = hasSecure(value) ? await session.secrets() : undefined;
    if (switchFlag(args, "json")) printJson(await configValueJson(value, secrets), process);
    else printLine(configText(await revealConfig(value, secrets)), process);
    return 0;
  },
};
