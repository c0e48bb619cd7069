import { Readable } from "node:stream";
import type { ReadableStream } from "node:stream/web";
import { UserError } from "../errors.ts";
import type { PluginName } from "./plugin-folder.ts";
import { pluginUrls } from "./plugin-urls.ts";

/** Downloads the archive of a plugin. @throws UserError `plugin-download-failed`. */
export async function downloadPlugin(
  plugin: PluginName,
  server: string,
  { env, signal }: { env: { readonly [name: string]: string | undefined }; signal: AbortSignal },
): Promise<Readable> {
  const failures: string[] = [];
  for (const url of pluginUrls(plugin, server, env)) {
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
