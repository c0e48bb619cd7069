import { invariant } from "../errors.ts";
import { type Executable, nodeModule } from "./plugin-project.ts";
import type { Provider } from "./provider.ts";
import { pythonServer } from "./python-dynamic.ts";
import { type PluginLaunch, startPlugin } from "./start-plugin.ts";

/** What serves a package of dynamic providers (code that the program carries in the property `__provider`), and what people know it by. */
type Server = Executable & Pick<PluginLaunch, "path">;

const SERVERS: {
  readonly [pkg: string]: (directory: string, env: Executable["env"]) => Server | Promise<Server>;
} = {
  "pulumi-nodejs": (directory, env) => {
    const server = nodeModule("@pulumi/pulumi/cmd/dynamic-provider", directory, env);
    return { ...server, path: server.args.at(-1) ?? server.command };
  },
  "pulumi-python": async (directory, env) => {
    const server = await pythonServer(directory, env);
    return { ...server, path: server.command };
  },
};

/** True for a package of dynamic providers. */
export function isDynamic(pkg: string): boolean {
  return Object.hasOwn(SERVERS, pkg);
}

/** What stays of a launch when the host knows that it is a dynamic provider. */
export type DynamicLaunch = Omit<PluginLaunch, "path" | "command" | "args" | "showOutput"> & {
  readonly projectName: string;
};

/**
 * Starts the SDK's own server for dynamic providers. It runs in the program's directory, because the provider's code
 * loads its modules from there.
 * @throws UserError `plugin-failed`
 */
export async function startDynamicProvider(launch: DynamicLaunch): Promise<Provider> {
  const serve = SERVERS[launch.pkg];
  invariant(serve !== undefined, `${launch.pkg} is a package of dynamic providers`);
  const { path, command, args, env } = await serve(launch.cwd, launch.env);
  return startPlugin({
    ...launch,
    path,
    command,
    args: [...args, launch.engineAddress],
    env: { ...env, PULUMI_NODEJS_PROJECT: launch.projectName },
    showOutput: true,
  });
}
