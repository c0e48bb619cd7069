/** Where the archive of a plugin may be downloaded from. */
import { arch, platform } from "node:os";
import { UserError } from "../errors.ts";
import type { PluginKind, PluginName } from "./plugin-folder.ts";

const ARCHITECTURES: { readonly [name: string]: string } = { x64: "amd64" };
const SYSTEMS: { readonly [name: string]: string } = { win32: "windows" };

/** Providers of the community's organization on GitHub, which the official CLI knows by name. */
const PULUMIVERSE: ReadonlySet<string> = new Set(
  (
    "acme aquasec astra aws-eksa buildkite clickhouse cockroach concourse configcat cpln doppler dynatrace esxi-native exoscale fortios gandi github-credentials googleworkspace grafana harbor " +
    "hcp heroku ibm matchbox mssql ngrok purrl redpanda scaleway sentry statuscake talos time unifi vercel vra zitadel"
  ).split(" "),
);

type Environment = { readonly [name: string]: string | undefined };

/**
 * Where a plugin may be, best first. A server is the only place; it may be GitHub (`github://api.github.com/OWNER[/NAME]`),
 * and its URL may say `${NAME}`, `${VERSION}`, `${OS}` and `${ARCH}`. `PULUMI_PLUGIN_DOWNLOAD_URL_OVERRIDES` moves either.
 * @throws UserError `bad-usage` where that variable is no list of patterns and URLs.
 */
export function pluginUrls(plugin: PluginName, server: string, env: Environment): readonly string[] {
  const overrides = readOverrides(env["PULUMI_PLUGIN_DOWNLOAD_URL_OVERRIDES"] ?? "");
  const moved = (url: string) => moveUrl(url, overrides);
  if (server !== "") return [archiveUrl(plugin, moved(server) ?? server)];
  const { kind, name } = plugin;
  if (kind === "resource" && PULUMIVERSE.has(name)) {
    return pluginUrls(plugin, "github://api.github.com/pulumiverse", env);
  }
  const github = `github://api.github.com/pulumi/${repositoryOf(kind, name)}`;
  const releases = "https://get.pulumi.com/releases/plugins";
  const instead = moved(github);
  if (instead !== undefined) return [archiveUrl(plugin, instead)];
  return [github, moved(releases) ?? releases].map((url) => archiveUrl(plugin, url));
}

/** Converters and tools are in repositories of their own, but for those of languages. */
function repositoryOf(kind: PluginKind, name: string): string {
  if (kind === "converter" && name !== "yaml" && name !== "hcl") return `pulumi-converter-${name}`;
  if (kind === "tool" && !name.startsWith("pulumi-tool-")) return `pulumi-tool-${name}`;
  return `pulumi-${name}`;
}

function archiveUrl({ kind, name, version }: PluginName, server: string): string {
  const os = SYSTEMS[platform()] ?? platform();
  const architecture = ARCHITECTURES[arch()] ?? arch();
  const file = encodeURIComponent(`pulumi-${kind}-${name}-v${version}-${os}-${architecture}.tar.gz`);
  const [, owner, repository = repositoryOf(kind, name)] =
    /^github:\/\/api\.github\.com\/([^/]+)(?:\/([^/]+))?\/*$/.exec(server) ?? [];
  if (owner !== undefined) {
    return `https://github.com/${owner}/${repository}/releases/download/v${encodeURIComponent(version)}/${file}`;
  }
  const values: { readonly [key: string]: string } = {
    NAME: name,
    VERSION: version,
    OS: os,
    ARCH: architecture,
  };
  const told = server.replace(/\$(?:\{|%7B)(\w+)(?:\}|%7D)/g, (all, key: string) => {
    const value = values[key];
    return value === undefined ? all : encodeURIComponent(value);
  });
  return `${told.replace(/\/+$/, "")}/${file}`;
}

interface Override {
  readonly pattern: RegExp;
  readonly url: string;
}

function readOverrides(text: string): readonly Override[] {
  const refuse = (cause?: unknown) =>
    new UserError(
      "bad-usage",
      "error parsing `pluginDownloadURLOverrides`: expected format to be " +
        `"regexp1=URL1,regexp2=URL2"; got ${JSON.stringify(text)}`,
      { cause },
    );
  if (text === "") return [];
  return text.split(",").map((pair) => {
    const [pattern, url, ...more] = pair.split("=");
    if (!pattern || !url || more.length > 0) throw refuse();
    try {
      return { pattern: new RegExp(pattern.replaceAll("(?P<", "(?<")), url };
    } catch (cause) {
      throw refuse(cause);
    }
  });
}

/** What the first pattern that matches makes of a URL: `$1` and `${name}` stand for what its groups matched. */
function moveUrl(from: string, overrides: readonly Override[]): string | undefined {
  for (const { pattern, url } of overrides) {
    const match = pattern.exec(from);
    if (match === null) continue;
    const named = Object.entries(match.groups ?? {}).map(([name, text]) => [`\${${name}}`, text] as const);
    const numbered = [...match.keys()].map((index) => [`$${index}`, match[index]] as const);
    return [...numbered, ...named].reduce(
      (told, [mark, text]) => told.replaceAll(mark, () => text ?? ""),
      url,
    );
  }
  return undefined;
}
