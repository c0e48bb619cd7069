import type { Command } from "../command.ts";
import { stackChangeSecretsProviderCommand } from "./stack-change-secrets-provider.ts";
import { stackExportCommand, stackImportCommand } from "./stack-export.ts";
import { stackGraphCommand } from "./stack-graph.ts";
import { stackHistoryCommand } from "./stack-history.ts";
import { stackInitCommand } from "./stack-init.ts";
import { stackListCommand } from "./stack-ls.ts";
import { stackOutputCommand } from "./stack-output.ts";
import { stackRemoveCommand, stackRenameCommand } from "./stack-rm.ts";
import { stackSelectCommand, stackUnselectCommand } from "./stack-select.ts";
import { stackShowCommands } from "./stack-show.ts";
import { stackTagCommands } from "./stack-tag.ts";

export const stackCommands: readonly Command[] = [
  ...stackShowCommands,
  stackInitCommand,
  stackSelectCommand,
  stackUnselectCommand,
  stackListCommand,
  stackRemoveCommand,
  stackRenameCommand,
  stackOutputCommand,
  stackExportCommand,
  stackImportCommand,
  stackHistoryCommand,
  stackGraphCommand,
  ...stackTagCommands,
  stackChangeSecretsProviderCommand,
];
