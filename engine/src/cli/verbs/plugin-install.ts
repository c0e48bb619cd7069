import { createReadStream } from "node:fs";
import { open, stat } from "node:fs/promises";
import { resolve } from "node:path";
import semver from "semver";
import { UserError } from "../../errors.ts";
import { pulumiHome } from "../../project/workspace.ts";
import {
  isPluginKind,
  listPlugins,
  type PluginContent,
  type PluginName,
} from "../../providers/plugin-folder.ts";
import type { Command, CommandArguments } from "../command.ts";
import { fetchPlugin } from "../install-plugin.ts";
import { switchFlag, textFlag } from "../operation-options.ts";
import { missingPlugins } from "../required-plugins.ts";

export const pluginInstallCommand: Command = {
  words: ["plugin", "install"],
  summary: "Install a plugin, or those that the project's packages speak to",
  positionals: "[KIND NAME VERSION]",
  flags: {
    server: { value: "URL", summary: "Download from here instead of the usual places" },
    file: { short: "f", value: "FILE", summary: "Install an archive, a folder or an executable" },
    checksum: { value: "HEX", summary: "The SHA-256 that the archive must have" },
    exact: { summary: "A newer version that is installed will not do" },
    reinstall: { summary: "Install it again where it is installed" },
    parallel: {
      value: "N",
      summary: "Accepted and without effect: plugins are installed one after the other",
    },
  },
  examples: [
    "pulumi plugin install resource aws v7.0.0",
    "pulumi plugin install resource mine 1.0.0 --file ./pulumi-resource-mine",
  ],
  async run(args, process) {
    const home = resolve(process.cwd, pulumiHome(process.env));
    const file = textFlag(args, "file");
    if (args.positionals.length === 0) {
      refuseWithoutName(args);
      for (const plugin of await missingPlugins(process, { reinstall: switchFlag(args, "reinstall") })) {
        await fetchPlugin(home, plugin, process);
      }
      return 0;
    }
    const plugin = readPlugin(args);
    if (!switchFlag(args, "reinstall") && (await isInstalled(home, plugin, switchFlag(args, "exact"))))
      return 0;
    const checksum = readChecksum(args);
    const content = file === undefined ? undefined : await contentOf(resolve(process.cwd, file), checksum);
    const server = textFlag(args, "server") ?? "";
    await fetchPlugin(home, { ...plugin, server, checksum }, process, content);
    return 0;
  },
};

function refuseWithoutName(args: CommandArguments): void {
  const [flag] = ["file", "checksum"].filter((name) => args.flags[name] !== undefined);
  if (flag === undefined) return;
  throw new UserError("bad-usage", `--${flag} is only valid if a specific package is being installed`);
}

function readPlugin({ positionals }: CommandArguments): PluginName {
  const [kind = "", name, version] = positionals;
  if (!isPluginKind(kind)) throw new UserError("bad-usage", `unrecognized plugin kind: ${kind}`);
  if (name === undefined) throw new UserError("bad-usage", "missing plugin name argument");
  const [source = "", suffix] = name.split("@");
  if (suffix !== undefined && version !== undefined) {
    throw new UserError("bad-usage", `cannot specify both "@${suffix}" and "${version}" as a version`);
  }
  const text = suffix ?? version;
  if (text === undefined) {
    throw new UserError("bad-usage", "missing plugin version argument", {
      help: "This engine looks up no versions: name the one that the package of the same name has.",
    });
  }
  const parsed = semver.parse(text.replace(/^v/, ""));
  if (parsed === null) throw new UserError("bad-usage", `invalid plugin semver: ${text}`);
  return { kind, name: source, version: parsed.raw };
}

function readChecksum(args: CommandArguments): string | undefined {
  const checksum = textFlag(args, "checksum");
  if (checksum === undefined || /^[0-9a-f]{64}$/i.test(checksum)) return checksum;
  throw new UserError("bad-usage", "--checksum was not a valid hex string");
}

async function isInstalled(home: string, wanted: PluginName, exact: boolean): Promise<boolean> {
  return (await listPlugins(home)).some(
    ({ kind, name, version }) =>
      kind === wanted.kind &&
      name === wanted.name &&
      (exact
        ? version === wanted.version
        : semver.valid(version) !== null && semver.gte(version, wanted.version)),
  );
}

const GZIP = Buffer.from([0x1f, 0x8b]);

async function contentOf(path: string, checksum: string | undefined): Promise<PluginContent> {
  const found = await stat(path).catch((cause: unknown) => {
    throw new UserError("file-not-readable", `stat on file ${path}: no such file or directory`, { cause });
  });
  if (found.isDirectory()) return { kind: "folder", path };
  const file = await open(path);
  try {
    const { buffer } = await file.read(Buffer.alloc(2), 0, 2, 0);
    if (buffer.equals(GZIP)) return { kind: "archive", stream: createReadStream(path), checksum };
  } finally {
    await file.close();
  }
  if ((found.mode & 0o100) === 0) throw new UserError("plugin-corrupt", `${path} is not executable`);
  return { kind: "executable", path };
}
