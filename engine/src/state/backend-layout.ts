/** How a file backend lays out its stacks: below their projects, since version 1; before that all in one folder. */
import { join } from "node:path";
import { parse as parseYaml } from "yaml";
import { UserError } from "../errors.ts";
import type { Blobs } from "./blobs.ts";
import { isBackendSetting } from "./compression.ts";
import { BOOKKEEPING } from "./stack-files.ts";
import { stackNameProblem } from "./stack-names.ts";

/** A stack's state among the files of a folder; its name comes first. */
export const STATE_FILE: RegExp = /^(.+)\.json(\.gz|\.zst)?$/;

interface LayoutOptions {
  readonly root: string;
  readonly env: { readonly [name: string]: string | undefined };
  readonly notify?: (notice: string) => void;
}

/** True where the folder holds a backend already. @throws UserError `backend-unsupported`, `backend-corrupt`. */
export async function checkLayout(blobs: Blobs, { root, env, notify }: LayoutOptions): Promise<boolean> {
  const legacy = await legacyStacks(blobs, root);
  const version = await layoutVersion(blobs, root);
  if (version === undefined && legacy.length === 0 && !isBackendSetting(env, "LEGACY_LAYOUT")) return false;
  if (version === undefined || version === 0) {
    throw new UserError("backend-unsupported", LEGACY_LAYOUT, {
      help: "This engine does not read the old layout: the variable changes nothing.",
    });
  }
  if (version !== 1) {
    throw new UserError(
      "backend-unsupported",
      `state store unsupported: 'meta.yaml' version (${version}) is not supported by this version of the Pulumi CLI`,
    );
  }
  if (legacy.length > 0 && !isBackendSetting(env, "NO_LEGACY_WARNING")) notify?.(leftBehind(legacy));
  return true;
}

const LEGACY_LAYOUT = `
${"=".repeat(80)}
Legacy DIY state is deprecated, please upgrade your state to project mode using:
'pulumi state upgrade'

It is due to be removed in a future release before the end of this year (2026).
If you have any feedback or concerns, please let us know by commenting on the
issue at https://github.com/pulumi/pulumi/issues/19566.
Set PULUMI_DIY_BACKEND_IGNORE_DEPRECATION_ERROR=1 to disable this error.
${"=".repeat(80)}`;

/** Stacks that an older release made, or that could not be upgraded. */
export async function legacyStacks(blobs: Blobs, root: string): Promise<readonly string[]> {
  const names = await blobs.list(join(root, BOOKKEEPING, "stacks"));
  const stacks = names.map((name) => STATE_FILE.exec(name)?.[1] ?? "");
  return [...new Set(stacks)].filter((name) => stackNameProblem(name) === undefined);
}

function leftBehind(stacks: readonly string[]): string {
  const list = stacks.map((name) => `  - ${name}\n`).join("");
  return (
    `Found legacy stack files in state store:\n${list}` +
    "Please run 'pulumi state upgrade' to migrate them to the new format.\n" +
    "Set PULUMI_DIY_BACKEND_NO_LEGACY_WARNING=1 to disable this warning."
  );
}

const META = `${BOOKKEEPING}/meta.yaml`;

/** Undefined where there is no such file. */
async function layoutVersion(blobs: Blobs, root: string): Promise<number | undefined> {
  const content = await blobs.read(join(root, META));
  if (content === undefined) return undefined;
  let meta: unknown;
  try {
    meta = parseYaml(content.toString());
  } catch (cause) {
    throw corruptMeta(`unmarshal "${META}": it is not YAML`, cause);
  }
  const version = (meta as { readonly version?: unknown } | null)?.version ?? undefined;
  if (version === undefined) throw corruptMeta(`missing version in "${META}"`);
  if (typeof version === "number") return version;
  throw corruptMeta(`unmarshal "${META}": the version is no number`);
}

function corruptMeta(problem: string, cause?: unknown): UserError {
  return new UserError("backend-corrupt", `corrupt store: ${problem}`, {
    help: "The file must hold `version: 1`.",
    cause,
  });
}
