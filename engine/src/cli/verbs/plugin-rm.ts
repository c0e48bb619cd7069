import { resolve } from "node:path";
import { UserError } from "../../errors.ts";
import { pulumiHome } from "../../project/workspace.ts";
import { satisfiesVersionRange } from "../../protocol/version-range.ts";
import {
  type InstalledPlugin,
  isPluginKind,
  listPlugins,
  removePlugin,
} from "../../providers/plugin-folder.ts";
import type { Command, CommandArguments } from "../command.ts";
import { confirm, isConfirmed } from "../confirm.ts";
import { switchFlag } from "../operation-options.ts";
import { printLine } from "../print-json.ts";

export const pluginRemoveCommand: Command = {
  words: ["plugin", "rm"],
  aliases: ["remove", "delete"],
  summary: "Delete installed plugins",
  positionals: "[KIND [NAME [VERSION-RANGE]]]",
  flags: { all: { short: "a", summary: "Every plugin" } },
  examples: ["pulumi plugin rm resource docker '<5.0.0'", "pulumi plugin rm --all --yes"],
  async run(args, process) {
    const isMeant = selection(args);
    const plugins = (await listPlugins(resolve(process.cwd, pulumiHome(process.env)))).filter(isMeant);
    if (plugins.length === 0) {
      printLine("no plugins found to uninstall", process);
      return 0;
    }
    if (!isConfirmed(args, process)) {
      const list = plugins.map((plugin) => `    ${plugin.kind} ${nameOf(plugin)}\n`).join("");
      const title = `This will remove ${plugins.length} plugin${plugins.length === 1 ? "" : "s"} from the cache:\n`;
      process.stdout.write(title + list);
      const question = "Please confirm that this is what you'd like to do";
      if (!(await confirm(question, process))) return 0;
    }
    for (const plugin of plugins) {
      await removePlugin(plugin);
      printLine(`removed: ${plugin.kind} ${nameOf(plugin)}`, process);
    }
    return 0;
  },
};

function nameOf({ name, version }: InstalledPlugin): string {
  return `${name}-${version}`;
}

function selection(args: CommandArguments): (plugin: InstalledPlugin) => boolean {
  const [kind, name, range] = args.positionals;
  if (kind === undefined && !switchFlag(args, "all")) {
    throw new UserError("bad-usage", "please pass --all if you'd like to remove all plugins");
  }
  if (kind !== undefined && !isPluginKind(kind)) {
    throw new UserError("bad-usage", `unrecognized plugin kind: ${kind}`);
  }
  return (plugin) =>
    (kind === undefined || plugin.kind === kind) &&
    (name === undefined || plugin.name === name) &&
    (range === undefined || satisfiesVersionRange(plugin.version, range));
}
