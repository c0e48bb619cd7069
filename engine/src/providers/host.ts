import semver from "semver";
import { UserError } from "../errors.ts";
import type { RunConfig } from "../operation.ts";
import type { AdapterLog } from "./adapter-log.ts";
import { isDynamic, startDynamicProvider } from "./dynamic.ts";
import { EarlyPlugins } from "./early-plugins.ts";
import { type FoundPlugin, findPlugin, type LocalPlugin, pluginNotFound } from "./find-plugin.ts";
import { markUsed } from "./installed-plugins.ts";
import { isOffline, offlineProvider } from "./offline.ts";
import type { PluginProvider } from "./plugin.ts";
import { pluginAdvice } from "./plugin-advice.ts";
import { type PluginDeadlines, readDeadlines } from "./plugin-deadlines.ts";
import { toExecutable } from "./plugin-project.ts";
import type { PluginSession } from "./plugin-session.ts";
import type { Provider, ProviderHost, ProviderSpec } from "./provider.ts";
import type { ViewTokens } from "./resource-status.ts";
import { attachPlugin, type PluginOutput, startPlugin } from "./start-plugin.ts";

/** Makes an in-process provider, one instance a call. */
export type Adapter = (place: AdapterPlace) => Provider | Promise<Provider>;

/** What an adapter may know of where it runs. */
export interface AdapterPlace {
  /** Absolute folder that a plugin process would have as its working directory. */
  readonly programDirectory: string;
  /** The environment that a plugin process would have. */
  readonly env: { readonly [name: string]: string | undefined };
  readonly log: AdapterLog;
  /** True where nobody may be contacted. */
  readonly offline: boolean;
}

export interface ProviderHostArgs {
  /** The directory of Pulumi.yaml. */
  readonly projectRoot: string;
  /** Where the program runs; plugins run there too. */
  readonly programDirectory: string;
  readonly projectName: string;
  readonly config: RunConfig;
  /** `host:port` of the Engine service, asked for when a plugin starts. */
  readonly engineAddress: () => string;
  /** Set where the Engine service's address serves `ResourceStatus`, too. @default plugins tell of no views */
  readonly viewTokens?: ViewTokens;
  readonly env: { readonly [name: string]: string | undefined };
  readonly pulumiHome: string;
  readonly localPlugins: readonly LocalPlugin[];
  /** Installs a plugin that is nowhere. @default nobody does */
  readonly install?: ((spec: ProviderSpec) => Promise<void>) | undefined;
  /** Packages served in-process where no plugin is installed. @default random, docker, kubernetes and mongodbatlas */
  readonly adapters?: { readonly [pkg: string]: Adapter };
  readonly onPluginOutput: (output: PluginOutput) => void;
  /** Told what adapters have to say. @default nobody is */
  readonly onAdapterLog?: AdapterLog;
  /** `runtime.options` of Pulumi.yaml. */
  readonly runtimeOptions?: { readonly [name: string]: unknown };
  readonly deadlines?: Partial<PluginDeadlines>;
}

const DEFAULT_ADAPTERS: { readonly [pkg: string]: Adapter } = {
  random: async () => (await import("./random/provider.ts")).createRandomProvider(),
  docker: async ({ programDirectory: directory, env: environment, log, offline }) => {
    const onProgress = (urn: string, message: string) =>
      log({ severity: "info", urn, message, ephemeral: true });
    return (await import("./docker/provider.ts")).createDockerProvider({
      ...{ directory, environment, onProgress, offline },
    });
  },
  kubernetes: async ({ programDirectory: directory, env: environment, log, offline }) =>
    (await import("./kubernetes/provider.ts")).createKubernetesProvider({
      ...{ directory, environment, log, offline },
    }),
  mongodbatlas: async ({ env: environment, log }) =>
    (await import("./mongodbatlas/provider.ts")).createAtlasProvider({ environment, log }),
};

/** True for packages that need no plugin. */
export function hasAdapter(pkg: string): boolean {
  return Object.hasOwn(DEFAULT_ADAPTERS, pkg);
}

/** Loads providers: an installed plugin first, then an adapter of the engine's own. */
export function createProviderHost(args: ProviderHostArgs): ProviderHost {
  const loaded = new Set<Provider>();
  const early = new EarlyPlugins(args.onPluginOutput);
  return {
    expect(spec) {
      if (isDynamic(spec.pkg) || isOffline(args.env) || debugPort(spec, args) !== undefined) return;
      early.start(spec, async ({ onOutput, signal }) => {
        const plugin = await findPlugin(spec, args);
        return plugin && startFound(plugin, spec, { ...args, onPluginOutput: onOutput }, signal);
      });
    },
    async load(spec) {
      const provider = await loadProvider(spec, args, early);
      loaded.add(provider);
      return isOffline(args.env) ? offlineProvider(provider) : provider;
    },
    async close() {
      await Promise.all([early.close(), ...[...loaded].map((provider) => provider.close())]);
      loaded.clear();
    },
  };
}

async function loadProvider(
  spec: ProviderSpec,
  args: ProviderHostArgs,
  early: EarlyPlugins,
): Promise<Provider> {
  if (isDynamic(spec.pkg)) {
    return startDynamicProvider({ ...launchOf(spec, args), pkg: spec.pkg, projectName: args.projectName });
  }
  const port = debugPort(spec, args);
  if (port !== undefined) return attachFound(port, spec, args);
  const offline = isOffline(args.env);
  const adapter = adapterOf(spec, args);
  const plugin = await findOrInstall(spec, args, { isNeeded: adapter === undefined && !offline });
  if (plugin !== undefined && (!offline || plugin.source === "project")) {
    if (plugin.source === "path") {
      warn(args, `using pulumi-resource-${spec.pkg} from $PATH at ${plugin.path}`);
    }
    if (plugin.source === "installed") await markUsed(plugin);
    const provider = (await early.take(spec)) ?? (await startFound(plugin, spec, args));
    return parameterized(provider, spec, () => warnOfOldVersion(provider.session, spec, args));
  }
  if (adapter === undefined) {
    throw plugin === undefined ? pluginNotFound(spec, args) : foreignPlugin(spec);
  }
  const { programDirectory, onAdapterLog: log = () => undefined } = args;
  return adapter({ programDirectory, env: mappedEnvironment(spec, args), log, offline });
}

/** What serves a package in this process; it takes no parameters. */
function adapterOf({ pkg, parameterization }: ProviderSpec, args: ProviderHostArgs): Adapter | undefined {
  const adapters = args.adapters ?? DEFAULT_ADAPTERS;
  return parameterization === undefined && Object.hasOwn(adapters, pkg) ? adapters[pkg] : undefined;
}

/** Only what names its version can be installed. */
async function findOrInstall(
  spec: ProviderSpec,
  args: ProviderHostArgs,
  { isNeeded }: { isNeeded: boolean },
): Promise<FoundPlugin | undefined> {
  const found = await findPlugin(spec, args);
  if (found !== undefined || !isNeeded || spec.version === "" || args.install === undefined) return found;
  await args.install(spec);
  return findPlugin(spec, args);
}

/** A provider in a debugger is told what package it is to be, as any other. */
async function attachFound(port: number, spec: ProviderSpec, args: ProviderHostArgs): Promise<Provider> {
  const provider = await attachPlugin({ ...launchOf(spec, args), pkg: spec.pkg }, port);
  return parameterized(provider, spec);
}

/** Makes a provider the package that is asked for. Where it fails, the provider is closed. */
async function parameterized(
  provider: PluginProvider,
  { parameterization }: ProviderSpec,
  first: () => Promise<void> = async () => undefined,
): Promise<Provider> {
  try {
    await first();
    if (parameterization !== undefined) await provider.parameterize(parameterization);
    return provider;
  } catch (error) {
    await provider.close();
    throw error;
  }
}

/** What a plugin binary contacts is its own affair: the engine vouches for its adapters and the project for its plugins. */
function foreignPlugin({ pkg }: ProviderSpec): UserError {
  return new UserError(
    "offline",
    `PULUMI_ENGINE_OFFLINE is set: nothing keeps the plugin of package ${pkg} offline`,
    {
      help: "Preview with the variable taken out of the environment, against what is live.",
    },
  );
}

function startFound(
  plugin: FoundPlugin,
  spec: ProviderSpec,
  args: ProviderHostArgs,
  signal?: AbortSignal,
): Promise<PluginProvider> {
  const launch = launchOf(spec, args);
  return advised(pluginAdvice(plugin, spec), async () => {
    const { command, args: first, env } = await toExecutable(plugin.path, launch.env);
    return startPlugin({
      ...launch,
      pkg: spec.pkg,
      path: plugin.path,
      command,
      args: [...first, launch.engineAddress],
      env,
      showOutput: false,
      signal,
    });
  });
}

/** Adds to whatever keeps a plugin from starting what to do about it. */
async function advised<Result>(advice: string, start: () => Promise<Result>): Promise<Result> {
  try {
    return await start();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const help = error.help === undefined ? advice : `${error.help}\n${advice}`;
    throw new UserError(error.code, error.message, { help, cause: error });
  }
}

async function warnOfOldVersion(
  session: PluginSession,
  spec: ProviderSpec,
  args: ProviderHostArgs,
): Promise<void> {
  const version = await session.version();
  if (spec.version === "" || (semver.valid(version) && semver.gte(version ?? "", spec.version))) return;
  warn(
    args,
    `resource plugin ${spec.pkg} is expected to have version >=${spec.version}, but has ${version ?? ""}; ` +
      "the wrong version may be on your path, or this may be a bug in the plugin",
  );
}

function warn(args: ProviderHostArgs, message: string): void {
  args.onPluginOutput({ severity: "warning", message: `${message}\n`, streamId: 0 });
}

function launchOf(spec: ProviderSpec, args: ProviderHostArgs) {
  return {
    cwd: args.programDirectory,
    env: { ...mappedEnvironment(spec, args), ...pluginEnvironment(spec.pkg, args) },
    engineAddress: args.engineAddress(),
    viewTokens: args.viewTokens,
    deadlines: { ...readDeadlines(args.env), ...args.deadlines },
    onOutput: args.onPluginOutput,
  };
}

/** The engine's own environment, with what the program maps (`envVarMappings`) under its new names. */
function mappedEnvironment(
  { envVarMappings = {} }: ProviderSpec,
  { env }: ProviderHostArgs,
): ProviderHostArgs["env"] {
  const mapped = Object.entries(envVarMappings).filter(([from]) => env[from] !== undefined);
  return { ...env, ...Object.fromEntries(mapped.map(([from, to]) => [to, env[from]])) };
}

function pluginEnvironment(pkg: string, args: ProviderHostArgs): { readonly [name: string]: string } {
  const prefix = `${pkg}:`;
  const config = Object.entries(args.config.values).filter(([key]) => key.startsWith(prefix));
  const options = Object.entries(args.runtimeOptions ?? {});
  return {
    ...Object.fromEntries(
      options.map(([name, value]) => [`PULUMI_RUNTIME_${name.toUpperCase()}`, String(value)]),
    ),
    PULUMI_PROJECT: args.projectName,
    PULUMI_CONFIG: JSON.stringify(
      Object.fromEntries(config.map(([key, value]) => [key.slice(prefix.length), value])),
    ),
  };
}

/** The port of a provider that runs in a debugger: `PULUMI_DEBUG_PROVIDERS=name:port,…`. */
function debugPort({ pkg }: ProviderSpec, { env }: ProviderHostArgs): number | undefined {
  const variable = env["PULUMI_DEBUG_PROVIDERS"];
  const entry = variable?.split(",").find((candidate) => candidate.startsWith(`${pkg}:`));
  return entry === undefined ? undefined : Number(entry.slice(pkg.length + 1));
}
