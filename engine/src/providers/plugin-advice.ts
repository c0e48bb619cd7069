import { dirname } from "node:path";
import type { FoundPlugin } from "./find-plugin.ts";
import type { ProviderSpec } from "./provider.ts";

/** What to do about a plugin that does not work. */
export function pluginAdvice(plugin: FoundPlugin, { pkg, version }: ProviderSpec): string {
  const name = version === "" ? pkg : `${pkg} ${version}`;
  switch (plugin.source) {
    case "project":
      return `This is the plugin ${name} of plugins.providers in Pulumi.yaml: build it anew, or correct its path.`;
    case "path":
      return `This is the plugin ${name} from PATH: replace it, or pass it over with PULUMI_IGNORE_AMBIENT_PLUGINS=true.`;
    case "installed": {
      const folder = plugin.isFolder ? plugin.path : dirname(plugin.path);
      return `This is the plugin ${name}: replace the folder ${folder} with a working copy, or remove it.`;
    }
  }
}
