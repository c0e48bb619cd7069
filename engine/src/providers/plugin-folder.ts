/** The folder that plugins are installed in, laid out as the official CLI lays it out. */
import { cp, mkdir, readdir, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { UserError } from "../errors.ts";
import { extractPlugin } from "./extract-plugin.ts";
import { LAST_USED, pluginFolders } from "./installed-plugins.ts";

export const PLUGIN_KINDS = ["resource", "language", "analyzer", "converter", "tool"] as const;
export type PluginKind = (typeof PLUGIN_KINDS)[number];

export interface PluginName {
  readonly kind: PluginKind;
  readonly name: string;
  /** Without `v`. */
  readonly version: string;
}

export interface InstalledPlugin extends PluginName {
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  readonly installed: Date;
  readonly lastUsed: Date;
}

const FOLDER = /^(resource|language|analyzer|converter|tool)-(.+)-v(\d.*)$/;

/** True for a word that names a kind of plugin. */
export function isPluginKind(word: string): word is PluginKind {
  return (PLUGIN_KINDS as readonly string[]).includes(word);
}

function folderName({ kind, name, version }: PluginName): string {
  return `${kind}-${name}-v${version}`;
}

/** Every plugin that is installed whole. */
export async function listPlugins(home: string): Promise<readonly InstalledPlugin[]> {
  const folder = join(home, "plugins");
  return Promise.all(
    (await pluginFolders(folder)).flatMap((entry) => {
      const [, kind, name, version] = FOLDER.exec(entry) ?? [];
      if (kind === undefined || !isPluginKind(kind) || name === undefined || version === undefined) return [];
      return [describe({ kind, name, version }, join(folder, entry))];
    }),
  );
}

async function describe(plugin: PluginName, path: string): Promise<InstalledPlugin> {
  // Reading the folder counts as using it, so the times come first.
  const { ctime, atime } = await stat(path);
  const marker = await stat(path + LAST_USED).catch(() => undefined);
  return { ...plugin, path, installed: ctime, lastUsed: marker?.mtime ?? atime, size: await sizeOf(path) };
}

async function sizeOf(path: string): Promise<number> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const sizes = await Promise.all(
    files.map(async (entry) => (await stat(join(entry.parentPath, entry.name))).size),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** What a plugin is made of. */
export type PluginContent =
  /** A `.tar.gz` of its files; `checksum` is the SHA-256 it must have. */
  | { readonly kind: "archive"; readonly stream: Readable; readonly checksum?: string | undefined }
  | { readonly kind: "folder"; readonly path: string }
  | { readonly kind: "executable"; readonly path: string };

/** Installs a plugin; one that is there already is replaced. Gives its folder. @throws UserError `plugin-corrupt`. */
export async function installPlugin(
  home: string,
  plugin: PluginName,
  content: PluginContent,
): Promise<string> {
  const target = join(home, "plugins", folderName(plugin));
  const partial = `${target}.partial`;
  await mkdir(join(home, "plugins"), { recursive: true });
  // As long as this file is there, nobody takes the plugin for whole.
  await writeFile(partial, "");
  await rm(target, { recursive: true, force: true });
  await mkdir(target);
  try {
    await put(content, plugin, target);
  } catch (error) {
    await rm(target, { recursive: true, force: true });
    await rm(partial, { force: true });
    throw error;
  }
  await rm(partial);
  return target;
}

async function put(content: PluginContent, { kind, name }: PluginName, target: string): Promise<void> {
  switch (content.kind) {
    case "archive":
      return extractPlugin(content.stream, target, content.checksum);
    case "folder":
      return cp(content.path, target, { recursive: true });
    case "executable":
      return cp(content.path, join(target, `pulumi-${kind}-${name}`));
  }
}

/** Deletes a plugin's files. @throws UserError `plugin-not-removable`. */
export async function removePlugin({ kind, name, version, path }: InstalledPlugin): Promise<void> {
  try {
    await rm(path, { recursive: true });
    for (const suffix of [".lock", ".partial", LAST_USED]) await rm(path + suffix, { force: true });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new UserError(
      "plugin-not-removable",
      `failed to delete ${kind} plugin ${name}-${version}: ${reason}`,
      { cause },
    );
  }
}
