import { join, resolve } from "node:path";
import semver from "semver";
import { UserError } from "../errors.ts";
import { findOnPath, isFile } from "../find-on-path.ts";
import { isTruthy } from "../is-truthy.ts";
import { pluginFolders } from "./installed-plugins.ts";
import type { ProviderSpec } from "./provider.ts";

/** A plugin of the project itself: `plugins.providers` of Pulumi.yaml. */
export interface LocalPlugin {
  readonly name: string;
  /** A folder, from the project's root. */
  readonly path: string;
  /** Absent or "": whatever is asked for. */
  readonly version?: string;
}

export interface PluginSearch {
  readonly projectRoot: string;
  readonly pulumiHome: string;
  readonly localPlugins: readonly LocalPlugin[];
  readonly env: { readonly [name: string]: string | undefined };
}

interface Wanted extends Pick<ProviderSpec, "pkg" | "version"> {
  /** @default resource */
  readonly kind?: "resource" | "converter";
}

export interface FoundPlugin {
  /** An executable, or a folder with a PulumiPlugin.yaml. */
  readonly path: string;
  readonly isFolder: boolean;
  readonly source: "project" | "path" | "installed";
}

/**
 * Finds a plugin, of a provider unless another kind is asked for, in the official CLI's order: the project's own plugins, PATH, the plugin folder.
 * There only the very version will do; where none is asked for, the newest.
 * @throws UserError `plugins-ambiguous` where the project has one of them twice
 */
export async function findPlugin(wanted: Wanted, search: PluginSearch): Promise<FoundPlugin | undefined> {
  refuseTwins(search.localPlugins);
  const local = await findLocal(wanted, search);
  if (local !== undefined) return { ...local, source: "project" };
  const ambient = await findAmbient(wanted, search.env);
  if (ambient !== undefined) return { path: ambient, isFolder: false, source: "path" };
  const installed = await findInstalled(wanted, join(search.pulumiHome, "plugins"));
  return installed && { ...installed, source: "installed" };
}

/** The official CLI's words for a plugin that is nowhere. */
export function pluginNotFound(
  spec: Wanted & Pick<ProviderSpec, "pluginDownloadURL">,
  search: PluginSearch,
): UserError {
  const { pkg, version, pluginDownloadURL, kind = "resource" } = spec;
  const at = version === "" ? "" : ` at version v${version}`;
  const path = ignoresPath(search.env) ? "" : " or on your $PATH";
  const from = pluginDownloadURL === "" ? "" : ` from ${pluginDownloadURL}`;
  const folder = join(
    search.pulumiHome,
    "plugins",
    `${kind}-${pkg}-v${version === "" ? "<version>" : version}`,
  );
  return new UserError(
    "plugin-not-found",
    `no ${kind} plugin 'pulumi-${kind}-${pkg}' found in the workspace${at}${path}${from}`,
    { help: `Put the plugin's files into ${folder}, or pulumi-${kind}-${pkg} on PATH.` },
  );
}

function refuseTwins(plugins: readonly LocalPlugin[]): void {
  const twin = plugins.find(({ name, version }, at) =>
    plugins.slice(0, at).some((other) => name === other.name && isSameVersion(version, other.version)),
  );
  if (twin === undefined) return;
  throw new UserError(
    "plugins-ambiguous",
    `multiple project plugins with kind resource, name ${twin.name}, version ${twin.version}`,
    { help: "Remove one of them from `plugins.providers` in Pulumi.yaml." },
  );
}

function isSameVersion(one: string | undefined, other: string | undefined): boolean {
  const known = semver.valid(one);
  return known !== null && known === semver.valid(other);
}

type Location = Pick<FoundPlugin, "path" | "isFolder">;

async function findLocal(wanted: Wanted, search: PluginSearch): Promise<Location | undefined> {
  const local = search.localPlugins.find(
    ({ name, version }) =>
      (wanted.kind ?? "resource") === "resource" &&
      name === wanted.pkg &&
      (!version || wanted.version === "" || semver.eq(version, wanted.version)),
  );
  if (local === undefined) return undefined;
  return locate(resolve(search.projectRoot, local.path), wanted);
}

/** The executable of a plugin's folder, else the folder itself, for its PulumiPlugin.yaml. */
async function locate(folder: string, { pkg, kind = "resource" }: Wanted): Promise<Location> {
  const executable = join(folder, `pulumi-${kind}-${pkg}`);
  return (await isFile(executable))
    ? { path: executable, isFolder: false }
    : { path: folder, isFolder: true };
}

async function findAmbient(
  { pkg, kind = "resource" }: Wanted,
  env: PluginSearch["env"],
): Promise<string | undefined> {
  if (ignoresPath(env)) return undefined;
  return findOnPath(`pulumi-${kind}-${pkg}`, env["PATH"]);
}

function ignoresPath(env: PluginSearch["env"]): boolean {
  return isTruthy(env["PULUMI_IGNORE_AMBIENT_PLUGINS"]);
}

async function findInstalled(wanted: Wanted, folder: string): Promise<Location | undefined> {
  const { pkg, version, kind = "resource" } = wanted;
  const prefix = `${kind}-${pkg}-v`;
  const installed = (await pluginFolders(folder)).flatMap((name) => {
    const found = name.startsWith(prefix) ? semver.parse(name.slice(prefix.length)) : null;
    return found === null ? [] : [{ name, version: found }];
  });
  const match =
    version === ""
      ? installed.sort((a, b) => comparePreference(b.version, a.version))[0]
      : installed.find((plugin) => semver.eq(plugin.version, version));
  return match && locate(join(folder, match.name), wanted);
}

/** A release is better than any prerelease, a newer one better than an older one. */
function comparePreference(a: semver.SemVer, b: semver.SemVer): number {
  const stable = Number(a.prerelease.length === 0) - Number(b.prerelease.length === 0);
  return stable === 0 ? a.compare(b) : stable;
}
