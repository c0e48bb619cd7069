import type { Command } from "../command.ts";
import { pluginInstallCommand } from "./plugin-install.ts";
import { pluginListCommand } from "./plugin-ls.ts";
import { pluginRemoveCommand } from "./plugin-rm.ts";

export const pluginCommands: readonly Command[] = [
  pluginListCommand,
  pluginInstallCommand,
  pluginRemoveCommand,
];
