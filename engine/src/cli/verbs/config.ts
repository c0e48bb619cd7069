import type { Command } from "../command.ts";
import { configEnvCommands } from "./config-env.ts";
import { configGetCommand } from "./config-get.ts";
import { configListCommand } from "./config-list.ts";
import {
  configCopyCommand,
  configRefreshCommand,
  configRemoveAllCommand,
  configRemoveCommand,
} from "./config-rm.ts";
import { configSetAllCommand, configSetCommand } from "./config-set.ts";

export const configCommands: readonly Command[] = [
  configListCommand,
  configGetCommand,
  configSetCommand,
  configSetAllCommand,
  configRemoveCommand,
  configRemoveAllCommand,
  configCopyCommand,
  configRefreshCommand,
  ...configEnvCommands,
];
