import { findPackages } from "../program/package-set.ts";
import { programLocation } from "../project/project-file.ts";
import { pulumiHome, readProject } from "../project/workspace.ts";
import { findPlugin } from "../providers/find-plugin.ts";
import { hasAdapter } from "../providers/host.ts";
import type { CommandProcess } from "./command.ts";
import type { PluginRequest } from "./install-plugin.ts";

/** The plugins that a project's packages speak to, less those that are there and those that the engine itself can stand in for. */
export async function missingPlugins(
  process: CommandProcess,
  options: { readonly reinstall: boolean },
): Promise<readonly PluginRequest[]> {
  const { cwd, env } = process;
  const project = await readProject(cwd);
  const { directory } = programLocation(project);
  const search = {
    projectRoot: project.root,
    pulumiHome: pulumiHome(env),
    localPlugins: project.plugins.providers,
    env,
  };
  const missing: PluginRequest[] = [];
  for (const { pkg, version, pluginDownloadURL, parameterized } of findPackages(directory).values()) {
    const plugin = parameterized ?? { plugin: pkg, pluginVersion: version };
    const wanted = { pkg: plugin.plugin, version: plugin.pluginVersion };
    const isThere = !options.reinstall && (await findPlugin(wanted, search)) !== undefined;
    if (isThere || hasAdapter(wanted.pkg) || wanted.version === "") continue;
    missing.push({ kind: "resource", name: wanted.pkg, version: wanted.version, server: pluginDownloadURL });
  }
  return missing;
}
