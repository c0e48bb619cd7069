import { access, rename } from "node:fs/promises";
import { doing, UserError } from "../../errors.ts";
import { type ConfigMap, displayConfigKey, getAt, hasSecure } from "../../project/config-value.ts";
import type { Command } from "../command.ts";
import { switchFlag, textFlag } from "../operation-options.ts";
import { printLine } from "../print-json.ts";
import { requiredArgument } from "../refuse-arguments.ts";
import { openConfigSession, openStackSession, withSettings } from "../stack-session.ts";
import { configKey, pathFlag } from "./config-key.ts";
import { copyConfig, reencrypt } from "./stack-init.ts";

export const configRemoveCommand: Command = {
  words: ["config", "rm"],
  aliases: ["remove", "delete"],
  summary: "Remove a value of a stack's configuration",
  positionals: "KEY",
  flags: { ...pathFlag },
  examples: ["pulumi config rm logLevel"],
  async run(args, process) {
    const { settings, project } = await openConfigSession(args, process);
    const { key, path } = configKey(requiredArgument(args), args, project.name);
    settings.remove(key, path);
    await settings.save();
    return 0;
  },
};

export const configRemoveAllCommand: Command = {
  words: ["config", "rm-all"],
  aliases: ["remove-all", "delete-all"],
  summary: "Remove several values of a stack's configuration",
  positionals: "KEY...",
  flags: { ...pathFlag },
  examples: ["pulumi config rm-all a b"],
  async run(args, process) {
    const { settings, project } = await openConfigSession(args, process);
    for (const name of args.positionals) {
      const { key, path } = configKey(name, args, project.name);
      settings.remove(key, path);
    }
    await settings.save();
    return 0;
  },
};

export const configCopyCommand: Command = {
  words: ["config", "cp"],
  aliases: ["copy"],
  summary: "Copy a value, or all, to another stack's configuration",
  positionals: "[KEY]",
  flags: { ...pathFlag, dest: { short: "d", value: "STACK", summary: "The stack to copy to" } },
  examples: ["pulumi config cp --dest test", "pulumi config cp logLevel --dest test"],
  async run(args, process) {
    const destination = textFlag(args, "dest");
    if (destination === undefined) throw new UserError("bad-usage", "missing --dest");
    const from = await openConfigSession(args, process);
    const to = await withSettings(await openStackSession(args, process, destination));
    if (from.settings.path === to.settings.path) {
      throw new UserError("bad-usage", "current stack and destination stack are the same");
    }
    const [name] = args.positionals;
    if (name === undefined) {
      await copyConfig(from, to);
      return 0;
    }
    const { key, path } = configKey(name, args, from.project.name);
    const value = getAt(from.settings.config[key], path);
    if (value === undefined) {
      const shown = displayConfigKey(name, from.project.name);
      throw new UserError("no-config", `configuration key '${shown}' not found for stack '${from.name}'`);
    }
    if (hasSecure(value)) await doing("could not create a decrypter", () => from.secrets());
    to.settings.set(key, path, hasSecure(value) ? await reencrypt(value, from, to) : value);
    await to.settings.save();
    return 0;
  },
};

export const configRefreshCommand: Command = {
  words: ["config", "refresh"],
  summary: "Restore Pulumi.<stack>.yaml from what the last update was run with",
  flags: { force: { short: "f", summary: "Overwrite the file without keeping a copy" } },
  examples: ["pulumi config refresh --force"],
  async run(args, process) {
    const session = await openConfigSession(args, process);
    const { settings, store, name } = session;
    const [latest] = await store.history({ size: 1, page: 1 });
    if (latest === undefined) {
      throw new UserError("no-history", "getting latest configuration: no previous deployment");
    }
    const { deployment } = await store.readEnvelope();
    const backup = switchFlag(args, "force") ? undefined : await keepCopy(settings.path);
    settings.replaceConfig(latest.config as ConfigMap);
    settings.encryptionSalt = saltOf(deployment?.["secrets_providers"]);
    await settings.save();
    if (backup !== undefined) {
      printLine(`backed up existing configuration file to ${backup}`, process);
      printLine(`refreshed configuration for stack '${name}'`, process);
    }
    return 0;
  },
};

function saltOf(provider: unknown): string {
  const { state } = (provider ?? {}) as { readonly state?: { readonly salt?: unknown } };
  return typeof state?.salt === "string" ? state.salt : "";
}

/** Moves a file out of the way, under the first free name. Undefined where there is no file. */
async function keepCopy(path: string): Promise<string | undefined> {
  if (!(await exists(path))) return undefined;
  let backup = `${path}.bak`;
  while (await exists(backup)) backup += ".bak";
  await rename(path, backup);
  return backup;
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
