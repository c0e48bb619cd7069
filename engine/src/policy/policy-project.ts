import { readFile, stat } from "node:fs/promises";
import path from "node:path";
import { parse } from "yaml";
import { UserError } from "../errors.ts";
import { findModule } from "../find-module.ts";

/** What a PulumiPolicy.yaml says. */
export interface PolicyProject {
  readonly runtime: string;
  readonly runtimeOptions: { readonly [name: string]: unknown };
  /** Comes before the version of package.json; "" = not given. */
  readonly version: string;
  /** The versions of Pulumi that the pack works with; "" = any. */
  readonly requiredPulumiVersion: string;
}

/** Reads the PulumiPolicy.yaml of a folder; messages call it by `shownPath`. @throws UserError `policy-pack-invalid` */
export async function readPolicyProject(place: {
  readonly path: string;
  readonly shownPath: string;
}): Promise<PolicyProject> {
  const file = path.join(place.shownPath, "PulumiPolicy.yaml");
  try {
    return parseProject(await readFile(path.join(place.path, "PulumiPolicy.yaml"), "utf8"));
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const reason =
      code === "ENOENT"
        ? `open ${file}: no such file or directory`
        : cause instanceof Error
          ? cause.message
          : "";
    throw new UserError(
      "policy-pack-invalid",
      `failed to load Pulumi policy project located at ${JSON.stringify(place.shownPath)}: ${reason}`,
      { cause },
    );
  }
}

function parseProject(text: string): PolicyProject {
  const given = parse(text, { logLevel: "error" }) as { readonly [field: string]: unknown } | null;
  const { runtime, version = "", requiredPulumiVersion = "" } = given ?? {};
  const [name, options] = runtimeOf(runtime);
  if (name === "") throw new Error("project is missing a 'runtime' attribute");
  return {
    ...{ runtime: name, runtimeOptions: options, version: String(version) },
    requiredPulumiVersion: String(requiredPulumiVersion),
  };
}

function runtimeOf(runtime: unknown): [name: string, options: PolicyProject["runtimeOptions"]] {
  if (typeof runtime === "string") return [runtime, {}];
  if (typeof runtime !== "object" || runtime === null) return ["", {}];
  const { name = "", options = {} } = runtime as {
    name?: unknown;
    options?: PolicyProject["runtimeOptions"];
  };
  return [String(name), options];
}

const RUNNER = "@pulumi/pulumi/cmd/run-policy-pack";

interface PackPlace {
  /** The pack's path as a person gave it, for messages. */
  readonly shownPath: string;
  readonly env: { readonly [name: string]: string | undefined };
}

/** The SDK's runner for policy packs, of the pack's own copy. @throws UserError `policy-pack-not-installed` */
export function findPolicyRunner(directory: string, { shownPath, env }: PackPlace): string {
  try {
    return findModule(RUNNER, directory, env);
  } catch (cause) {
    throw new UserError(
      "policy-pack-not-installed",
      `policy pack ${JSON.stringify(directory)} failed to start: could not read plugin [${shownPath}]: ` +
        `It looks like the Pulumi SDK has not been installed. Have you run npm install in ${directory}?`,
      { cause },
    );
  }
}

/** True where a path is a program of its own instead of a folder. */
export async function isFile(file: string): Promise<boolean> {
  return stat(file).then(
    (found) => !found.isDirectory(),
    () => false,
  );
}
