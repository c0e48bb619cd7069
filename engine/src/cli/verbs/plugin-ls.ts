import { resolve } from "node:path";
import semver from "semver";
import { findPackages } from "../../program/package-set.ts";
import { programLocation } from "../../project/project-file.ts";
import { pulumiHome, readProject } from "../../project/workspace.ts";
import { type InstalledPlugin, listPlugins } from "../../providers/plugin-folder.ts";
import { JsonRecord } from "../../state/go-json.ts";
import type { Command, CommandProcess } from "../command.ts";
import { outputFlag } from "../operation-flags.ts";
import { switchFlag, wantsJson } from "../operation-options.ts";
import { printJson } from "../print-json.ts";
import { renderTable } from "../table.ts";
import { relativeTime } from "../time-text.ts";

export const pluginListCommand: Command = {
  words: ["plugin", "ls"],
  aliases: ["list"],
  summary: "List the plugins that are installed",
  flags: {
    ...outputFlag,
    project: { short: "p", summary: "Only those that the packages of this project speak to" },
  },
  examples: ["pulumi plugin ls", "pulumi plugin ls --json"],
  async run(args, process) {
    const all = await listPlugins(resolve(process.cwd, pulumiHome(process.env)));
    const wanted = switchFlag(args, "project") ? await ofProject(all, process) : all;
    const plugins = wanted.toSorted(byNameAndVersion);
    if (wantsJson(args)) printJson(plugins.map(pluginJson), process);
    else process.stdout.write(renderPlugins(plugins, new Date()));
    return 0;
  },
};

async function ofProject(
  plugins: readonly InstalledPlugin[],
  { cwd }: CommandProcess,
): Promise<readonly InstalledPlugin[]> {
  const { directory } = programLocation(await readProject(cwd));
  const packages = findPackages(directory);
  return plugins.filter(
    ({ kind, name, version }) => kind === "resource" && packages.get(name)?.version === version,
  );
}

/** The newest of a plugin first. */
function byNameAndVersion(a: InstalledPlugin, b: InstalledPlugin): number {
  if (a.name !== b.name) return a.name < b.name ? -1 : 1;
  const [first, second] = [semver.parse(a.version), semver.parse(b.version)];
  return first === null || second === null ? 0 : second.compare(first);
}

function pluginJson({ name, kind, version, size, installed, lastUsed }: InstalledPlugin): JsonRecord {
  return new JsonRecord([
    ["name", name],
    ["kind", kind],
    ["version", version],
    ["size", size],
    ["installTime", installed.toISOString()],
    ["lastUsedTime", lastUsed.toISOString()],
  ]);
}

function renderPlugins(plugins: readonly InstalledPlugin[], now: Date): string {
  const rows = plugins.map(({ name, kind, version, size, installed, lastUsed }) => ({
    cells: [
      ...[name, kind, version, size === 0 ? "n/a" : byteText(size)],
      ...[relativeTime(installed, now), relativeTime(lastUsed, now)],
    ],
  }));
  const total = plugins.reduce((sum, { size }) => sum + size, 0);
  const table = renderTable(["NAME", "KIND", "VERSION", "SIZE", "INSTALLED", "LAST USED"], rows);
  return `${table}\nTOTAL plugin cache size: ${byteText(total)}\n`;
}

const UNITS = ["B", "kB", "MB", "GB", "TB"];

/** Bytes for people: two figures, in steps of a thousand. */
function byteText(bytes: number): string {
  const step = bytes < 10 ? 0 : Math.min(Math.floor(Math.log10(bytes) / 3), UNITS.length - 1);
  const value = bytes / 1000 ** step;
  return `${step > 0 && value < 10 ? value.toFixed(1) : Math.round(value)} ${UNITS[step]}`;
}
