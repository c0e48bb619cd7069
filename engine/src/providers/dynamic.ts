import { nodeModule } from "./plugin-project.ts";
import type { Provider } from "./provider.ts";
import { type PluginLaunch, startPlugin } from "./start-plugin.ts";

/** The package of dynamic providers: code that the program carries in the property `__provider`. */
export const DYNAMIC_PACKAGE = "pulumi-nodejs";

/** What stays of a launch when the host knows that it is the dynamic provider. */
export type DynamicLaunch = Omit<PluginLaunch, "pkg" | "path" | "command" | "args" | "showOutput"> & {
  readonly projectName: string;
};

/**
 * Starts the SDK's own server for dynamic providers. It runs in the program's directory, because the provider's code
 * loads its modules from there.
 * @throws UserError `plugin-failed`
 */
export async function startDynamicProvider(launch: DynamicLaunch): Promise<Provider> {
  const { command, args, env } = nodeModule("@pulumi/pulumi/cmd/dynamic-provider", launch.cwd, launch.env);
  return startPlugin({
    ...launch,
    pkg: DYNAMIC_PACKAGE,
    path: args.at(-1) ?? command,
    command,
    args: [...args, launch.engineAddress],
    env: { ...env, PULUMI_NODEJS_PROJECT: launch.projectName },
    showOutput: true,
  });
}
