import { UserError } from "../errors.ts";
import { isTruthy } from "../is-truthy.ts";
import { pulumiHome } from "../project/workspace.ts";
import type { ProviderSpec } from "../providers/provider.ts";
import type { PluginOutput } from "../providers/start-plugin.ts";
import type { CommandProcess } from "./command.ts";

/** Installs the plugin of a provider that is installed nowhere. */
type AcquirePlugin = (spec: ProviderSpec) => Promise<void>;

/**
 * Plugins that an operation misses are downloaded, as the official CLI does, unless
 * `PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION` forbids it. Each is tried once.
 */
export function acquirePlugins(
  process: CommandProcess,
  tell: (output: PluginOutput) => void,
): AcquirePlugin | undefined {
  const { env } = process;
  if (isTruthy(env["PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION"])) return undefined;
  const tried = new Map<string, Promise<void>>();
  return (spec) => {
    const { pkg, version, pluginDownloadURL: server } = spec;
    const key = JSON.stringify([pkg, version, server]);
    const running = tried.get(key) ?? acquire();
    tried.set(key, running);
    return running;

    async function acquire(): Promise<void> {
      tell({ severity: "info#err", message: `Downloading provider: ${pkg}\n`, streamId: 0 });
      // A display may be drawing on the terminal, or writing JSON.
      const write = (text: string) => tell({ severity: "debug", message: text, streamId: 0 });
      const quiet: CommandProcess = { ...process, stdout: { write }, stderr: { write } };
      const { fetchPlugin } = await import("./install-plugin.ts");
      await fetchPlugin(pulumiHome(env), { kind: "resource", name: pkg, version, server }, quiet).catch(
        (error: unknown) => {
          throw notAcquired(spec, error);
        },
      );
    }
  };
}

function notAcquired({ pkg, version, pluginDownloadURL }: ProviderSpec, cause: unknown): UserError {
  const from = pluginDownloadURL === "" ? "" : ` --server ${pluginDownloadURL}`;
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new UserError(
    "plugin-not-acquired",
    `Could not automatically download and install resource plugin 'pulumi-resource-${pkg}' at version v${version}, ` +
      `install the plugin using \`pulumi plugin install resource ${pkg} v${version}${from}\`: ${reason}`,
    { cause },
  );
}
