import semver from "semver";
import { UserError } from "../errors.ts";
import type { Deployment } from "../execute/goal.ts";
import { Turn } from "../execute/turn.ts";
import type { RunConfig } from "../operation.ts";
import { providerReference } from "../plan/urn.ts";
import { type PropertyMap, type PropertyValue, propertyMap, Secret } from "../protocol/property-value.ts";
import { UNKNOWN_VALUE } from "../protocol/signatures.ts";
import { isDynamic } from "../providers/dynamic.ts";
import { addPluginInputs, type PackageSpec } from "../providers/plugin-inputs.ts";
import { emptyGoal } from "./empty-goal.ts";

/** The providers that a run uses where the program names none: one a package, version and download URL. */
export interface DefaultProviders {
  /** The reference of the package's default provider, which is registered on its first use. */
  get(spec: PackageSpec): Promise<string>;
  /** True where the stack's configuration forbids it. */
  isDenied(pkg: string): boolean;
}

/** Registrations take turns, so that each provider is registered once. */
export function createDefaultProviders(args: {
  deployment: Deployment;
  config: RunConfig;
}): DefaultProviders {
  const references = new Map<string, string>();
  const denied = deniedPackages(args.config.values["pulumi:disable-default-providers"]);
  const turn = new Turn();

  async function register(key: string, asked: PackageSpec): Promise<string> {
    const known = references.get(key);
    if (known !== undefined) return known;
    const spec = { ...asked, pluginDownloadURL: withoutSlash(asked.pluginDownloadURL) };
    const { state } = await args.deployment.register({
      ...emptyGoal,
      type: `pulumi:providers:${spec.pkg}`,
      name: defaultProviderName(spec),
      custom: true,
      inputs: addPluginInputs(configInputs(spec.pkg, args.config), spec),
    });
    const reference = providerReference(state.urn, state.id === "" ? UNKNOWN_VALUE : state.id);
    references.set(key, reference);
    return reference;
  }

  return {
    async get(spec) {
      const key = `${spec.pkg}\n${spec.version}\n${withoutSlash(spec.pluginDownloadURL)}`;
      return references.get(key) ?? turn.take(() => register(key, spec));
    },
    isDenied: (pkg) => pkg !== "pulumi" && (denied.includes("*") || denied.includes(pkg)),
  };
}

function withoutSlash(url: string): string {
  return url.endsWith("/") ? url.slice(0, -1) : url;
}

/** `default`, with version and download URL where they were said. */
export function defaultProviderName(spec: Pick<PackageSpec, "version" | "pluginDownloadURL">): string {
  const version = spec.version === "" ? null : semver.parse(spec.version);
  const numbers = version === null ? [] : [version.major, version.minor, version.patch];
  const parts = ["default", ...numbers, ...(version?.prerelease ?? []), ...(version?.build ?? [])];
  const url = spec.pluginDownloadURL.split("/").filter((part) => part !== "");
  if (url.length > 0) parts.push(url.map((part) => part.replaceAll(/[^A-Za-z0-9_.-]/g, "_")).join("/"));
  return parts.join("_");
}

/** What the configuration says to the default provider of a package. */
export function configInputs(pkg: string, config: RunConfig): PropertyMap {
  const entries = Object.entries(config.values).flatMap(([key, text]): [string, PropertyValue][] => {
    const value = config.secretKeys.includes(key) ? new Secret(text) : text;
    // Dynamic providers see the whole configuration, namespaces included.
    if (isDynamic(pkg)) return [[key, value]];
    return key.startsWith(`${pkg}:`) ? [[key.slice(pkg.length + 1), value]] : [];
  });
  return propertyMap(entries);
}

function deniedPackages(setting: string | undefined): readonly string[] {
  if (setting === undefined || setting === "") return [];
  const list = parseList(setting);
  if (list !== undefined) return list.map((pkg) => pkg.trim());
  throw new UserError(
    "config-invalid",
    "the configuration value 'pulumi:disable-default-providers' is not a list of package names",
    { help: "Set it with: pulumi config set --path 'pulumi:disable-default-providers[0]' PACKAGE" },
  );
}

function parseList(text: string): readonly string[] | undefined {
  try {
    const list: unknown = JSON.parse(text);
    return Array.isArray(list) && list.every((entry) => typeof entry === "string") ? list : undefined;
  } catch {
    return undefined;
  }
}
