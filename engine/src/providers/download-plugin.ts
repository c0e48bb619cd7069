import { arch, platform } from "node:os";
import { Readable } from "node:stream";
import type { ReadableStream } from "node:stream/web";
import { UserError } from "../errors.ts";
import type { PluginName } from "./plugin-folder.ts";

const ARCHITECTURES: { readonly [name: string]: string } = { x64: "amd64" };
const SYSTEMS: { readonly [name: string]: string } = { win32: "windows" };

/** Where the archive of a plugin may be, best first; one server is the only one. */
export function pluginUrls({ kind, name, version }: PluginName, server: string): readonly string[] {
  const system = `${SYSTEMS[platform()] ?? platform()}-${ARCHITECTURES[arch()] ?? arch()}`;
  const file = `pulumi-${kind}-${name}-v${version}-${system}.tar.gz`;
  if (server !== "") return [`${server.replace(/\/+$/, "")}/${file}`];
  return [
    `https://github.com/pulumi/pulumi-${name}/releases/download/v${version}/${file}`,
    `https://get.pulumi.com/releases/plugins/${file}`,
  ];
}

/** Downloads the archive of a plugin. @throws UserError `plugin-download-failed`. */
export async function downloadPlugin(
  plugin: PluginName,
  server: string,
  signal: AbortSignal,
): Promise<Readable> {
  const failures: string[] = [];
  for (const url of pluginUrls(plugin, server)) {
    try {
      const response = await fetch(url, { signal });
      if (response.ok && response.body !== null) return Readable.fromWeb(response.body as ReadableStream);
      await response.body?.cancel();
      failures.push(`${response.status} HTTP error fetching plugin from ${url}`);
    } catch (error) {
      const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
      failures.push(`${url}: ${cause instanceof Error ? cause.message : String(cause)}`);
    }
  }
  const { kind, name, version } = plugin;
  throw new UserError(
    "plugin-download-failed",
    `[${kind} plugin ${name}-${version}] downloading from ${server}: ${failures.join("; ")}`,
    { help: "With the file at hand: pulumi plugin install KIND NAME VERSION --file FILE" },
  );
}
