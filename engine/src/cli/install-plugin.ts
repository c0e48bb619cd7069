import { existsSync } from "node:fs";
import { join } from "node:path";
import { downloadPlugin } from "../providers/download-plugin.ts";
import { installPlugin, type PluginContent, type PluginName } from "../providers/plugin-folder.ts";
import type { CommandProcess } from "./command.ts";
import { installDependencies } from "./install-dependencies.ts";

export interface PluginRequest extends PluginName {
  /** Where to download from; "" for the usual places. */
  readonly server: string;
  /** SHA-256 of the archive, in hex. */
  readonly checksum?: string | undefined;
}

/** Downloads a plugin, unless its content is at hand, and installs it with what it depends on. */
export async function fetchPlugin(
  home: string,
  request: PluginRequest,
  process: CommandProcess,
  given?: PluginContent,
): Promise<void> {
  const { kind, name, version, server, checksum } = request;
  process.stderr.write(`[${kind} plugin ${name}-${version}] installing\n`);
  const content: PluginContent = given ?? {
    kind: "archive",
    stream: await downloadPlugin(request, server, process),
    checksum,
  };
  const folder = await installPlugin(home, request, content);
  if (existsSync(join(folder, "PulumiPlugin.yaml")) && existsSync(join(folder, "package.json"))) {
    await installDependencies({ directory: folder, manager: "auto" }, process);
  }
}
