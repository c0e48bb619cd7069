import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { type Document, parseDocument } from "yaml";
import { UserError } from "./errors.ts";
import { replaceFile } from "./replace-file.ts";

/** Where the engine is started, and with which environment. */
export interface Workspace {
  readonly directory: string;
  readonly env: { readonly [name: string]: string };
}

/** Stacks that have a settings file, sorted. */
export function listStacks(root: string): string[] {
  return readdirSync(root)
    .map((file) => /^Pulumi\.([A-Za-z0-9_.-]+)\.yaml$/.exec(file)?.[1])
    .filter((name) => name !== undefined)
    .sort();
}

/** @throws UserError `stack-unknown` when the stack has no settings file. */
export function requireStack(root: string, stack: string): void {
  const stacks = listStacks(root);
  if (stacks.includes(stack)) return;
  throw new UserError("stack-unknown", `there is no stack called ${stack}; there are: ${stacks.join(", ")}`, {
    help: `give one of these, or write Pulumi.${stack}.yaml`,
  });
}

/** The name in the checkout's Pulumi.yaml. */
export function readProjectName(root: string): string {
  return String(parseDocument(readFileSync(join(root, "Pulumi.yaml"), "utf8")).get("name"));
}

/** Where the states of this checkout are, unless the environment says otherwise. */
export function backendUrl(local: string, env: { readonly [name: string]: string | undefined }): string {
  return env["PULUMI_BACKEND_URL"] ?? pathToFileURL(join(local, "state")).href;
}

/**
 * Makes the folder from which the engine is started for a stack: the project's Pulumi.yaml with `main` pointing
 * back to the checkout, and a copy of the stack's settings. The engine writes the salt of the stack's secrets
 * into that copy, so a committed file never changes by running.
 *
 * A settings file that names its own secrets provider is a team's: it is copied as it is.
 *
 * @throws UserError `stack-unknown` when the stack has no settings file.
 */
export function prepareWorkspace(args: {
  readonly root: string;
  readonly local: string;
  readonly stack: string;
  readonly env: { readonly [name: string]: string | undefined };
}): Workspace {
  const { root, local, stack } = args;
  requireStack(root, stack);
  const directory = join(local, "workspace");
  mkdirSync(directory, { recursive: true });
  const project = parseDocument(readFileSync(join(root, "Pulumi.yaml"), "utf8"));
  project.set("main", relative(directory, root));
  pointBack(project, { from: directory, to: root });
  replaceFile(join(directory, "Pulumi.yaml"), project.toString());
  const file = `Pulumi.${stack}.yaml`;
  replaceFile(join(directory, file), settingsText(join(root, file), join(directory, file)));
  return { directory, env: environmentFor(local, args.env) };
}

/** Plugins that lie in the checkout are named by their paths from where Pulumi.yaml is. */
function pointBack(project: Document.Parsed, where: { readonly from: string; readonly to: string }): void {
  const { plugins = {} } = project.toJS() as { plugins?: { [kind: string]: { path: string }[] } };
  for (const [kind, entries] of Object.entries(plugins)) {
    entries.forEach(({ path }, index) => {
      project.setIn(["plugins", kind, index, "path"], relative(where.from, resolve(where.to, path)));
    });
  }
}

const SECRETS_KEYS = ["encryptionsalt", "secretsprovider", "encryptedkey"];

function settingsText(committed: string, copy: string): string {
  const settings = parseDocument(readFileSync(committed, "utf8"));
  if (settings.errors.length > 0 || SECRETS_KEYS.some((key) => settings.has(key)) || !existsSync(copy)) {
    return readFileSync(committed, "utf8");
  }
  const salt = parseDocument(readFileSync(copy, "utf8")).get("encryptionsalt");
  if (typeof salt === "string") settings.set("encryptionsalt", salt);
  return settings.toString();
}

/** State and passphrase are this machine's own unless the environment says otherwise. */
function environmentFor(
  local: string,
  env: { readonly [name: string]: string | undefined },
): { [name: string]: string } {
  mkdirSync(join(local, "state"), { recursive: true });
  const hasPassphrase = ["PULUMI_CONFIG_PASSPHRASE", "PULUMI_CONFIG_PASSPHRASE_FILE"].some(
    (name) => env[name] !== undefined,
  );
  return {
    PULUMI_SKIP_UPDATE_CHECK: "true",
    ...(env["PULUMI_BACKEND_URL"] === undefined && { PULUMI_BACKEND_URL: backendUrl(local, env) }),
    ...(!hasPassphrase && { PULUMI_CONFIG_PASSPHRASE_FILE: ensurePassphrase(join(local, "passphrase")) }),
  };
}

/** Made once; whoever loses it loses the secrets of the local stacks. */
function ensurePassphrase(file: string): string {
  if (!existsSync(file)) {
    replaceFile(file, `${randomBytes(24).toString("base64url")}\n`, { mode: 0o600 });
  }
  return file;
}
