/** Which backend holds the stacks: the environment, the project or the last login says so. */
import { mkdir, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { UserError } from "../errors.ts";
import { forgetAllBackends, forgetBackend } from "./backend-config.ts";
import type { ProjectFile } from "./project-file.ts";
import { readTextFile, writeTextFile } from "./text-file.ts";
import { type Environment, pulumiHome } from "./workspace.ts";

export interface BackendLocation {
  /** As it was given. */
  readonly url: string;
  /** Absolute folder. */
  readonly root: string;
}

export interface BackendSources {
  readonly env: Environment;
  readonly cwd: string;
  readonly project: Pick<ProjectFile, "backendUrl"> | undefined;
}

/** The backend in use. @throws UserError `no-backend`, `backend-unsupported`. */
export async function findBackend({ env, cwd, project }: BackendSources): Promise<BackendLocation> {
  const url = env["PULUMI_BACKEND_URL"] || project?.backendUrl || (await readLogins(env)).current;
  if (url) return parseBackendUrl(url, { env, cwd });
  throw new UserError("no-backend", "this command requires logging in; try running `pulumi login` first", {
    help: "Name a folder for the state: `pulumi login file://<folder>`, or set PULUMI_BACKEND_URL.",
    exitCode: 3,
  });
}

/** Reads a backend's URL. Only folders are supported. @throws UserError `backend-unsupported`. */
export function parseBackendUrl(
  url: string,
  { env, cwd }: { readonly env: Environment; readonly cwd: string },
): BackendLocation {
  if (!url.startsWith("file://")) {
    throw new UserError("backend-unsupported", `the backend '${url}' is not supported: only folders are`, {
      help: "Use `file://<folder>`, for example `pulumi login file://~`.",
    });
  }
  const [path = ""] = url.slice("file://".length).split("?");
  const home = env["HOME"] || homedir();
  if (path === "~" || path.startsWith("~/")) return { url, root: join(home, path.slice(1)) };
  return {
    url,
    root: path.startsWith("/") ? fileURLToPath(`file://${path}`) : resolve(cwd, decodeURIComponent(path)),
  };
}

/** The field that says that the official CLI encrypted the file: its logins would be lost if it were written. */
const ENCRYPTED = "$pulumiSecureStore";

interface Logins {
  readonly [ENCRYPTED]?: unknown;
  readonly current?: string;
  readonly accessTokens?: { readonly [url: string]: string };
  readonly accounts?: { readonly [url: string]: unknown };
}

/** Beside what else belongs to a person, unless another folder is named for it. */
const loginsPath = (env: Environment) =>
  join(env["PULUMI_CREDENTIALS_PATH"] || pulumiHome(env), "credentials.json");

async function readLogins(env: Environment): Promise<Logins> {
  const text = await readTextFile(loginsPath(env));
  if (text === undefined || text.trim() === "") return {};
  const logins = parseLogins(text, env);
  if (logins[ENCRYPTED] === undefined) return logins;
  throw new UserError(
    "credentials-encrypted",
    `credentials file '${loginsPath(env)}' is encrypted, which this engine cannot read`,
    {
      help:
        "Name the backend in PULUMI_BACKEND_URL, and another folder for the logins of this engine in " +
        "PULUMI_CREDENTIALS_PATH; or run `pulumi logout --all` to discard the stored credentials.",
    },
  );
}

function parseLogins(text: string, env: Environment): Logins {
  try {
    return (JSON.parse(text) as Logins | null) ?? {};
  } catch (cause) {
    throw new UserError("credentials-invalid", `could not read ${loginsPath(env)}: it is not JSON`, {
      help: "Name the backend in PULUMI_BACKEND_URL, or log in again.",
      cause,
    });
  }
}

/** Makes a backend the one in use until further notice. */
export async function logIn(url: string, env: Environment): Promise<void> {
  const logins = await readLogins(env);
  await writeLogins(env, {
    current: url,
    accessTokens: { ...logins.accessTokens, [url]: "" },
    accounts: { ...logins.accounts, [url]: { lastValidatedAt: "0001-01-01T00:00:00Z" } },
  });
}

/** Forgets a backend. */
export async function logOut(url: string, env: Environment): Promise<void> {
  const { current, accessTokens, accounts } = await readLogins(env);
  await writeLogins(env, {
    ...(current === undefined || current === url ? {} : { current }),
    accessTokens: without(accessTokens, url),
    accounts: without(accounts, url),
  });
  await forgetBackend(loginsPath(env), url);
}

/** Forgets every backend. */
export async function logOutOfAll(env: Environment): Promise<void> {
  await rm(loginsPath(env), { force: true });
  await forgetAllBackends(loginsPath(env));
}

function without<Value>(
  members: { readonly [key: string]: Value } | undefined,
  key: string,
): { readonly [key: string]: Value } {
  return Object.fromEntries(Object.entries(members ?? {}).filter(([name]) => name !== key));
}

async function writeLogins(env: Environment, logins: Logins): Promise<void> {
  await mkdir(dirname(loginsPath(env)), { recursive: true, mode: 0o700 });
  await writeTextFile(loginsPath(env), JSON.stringify(logins, null, 4), 0o600);
}
