/** `config.json` beside the credentials: what the official CLI keeps of each backend, such as its default organization. */
import { rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { UserError } from "../errors.ts";
import { readTextFile, writeTextFile } from "./text-file.ts";

interface BackendConfig {
  readonly backends?: { readonly [url: string]: unknown };
}

const configPath = (credentials: string) => join(dirname(credentials), "config.json");

/** Forgets one backend; where it was the only one, the file goes. @throws UserError `credentials-invalid`. */
export async function forgetBackend(credentials: string, url: string): Promise<void> {
  const path = configPath(credentials);
  const config = await readConfig(path);
  if (config === undefined) return;
  const { [url]: _forgotten, ...backends } = config.backends ?? {};
  if (Object.keys(backends).length === 0) await rm(path, { force: true });
  else await writeTextFile(path, JSON.stringify({ backends }, null, 4), 0o600);
}

/** Forgets all of them. @throws UserError `credentials-invalid`. */
export async function forgetAllBackends(credentials: string): Promise<void> {
  const path = configPath(credentials);
  if ((await readConfig(path)) !== undefined) await writeTextFile(path, "{}", 0o600);
}

async function readConfig(path: string): Promise<BackendConfig | undefined> {
  const text = await readTextFile(path);
  if (text === undefined) return undefined;
  try {
    return (JSON.parse(text) as BackendConfig | null) ?? {};
  } catch (cause) {
    throw new UserError("credentials-invalid", `could not read ${path}: it is not JSON`, {
      help: "Mend or delete the file.",
      cause,
    });
  }
}
