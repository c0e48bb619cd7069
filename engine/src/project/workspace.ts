/** Where a person works: the project around a folder, and the stack selected for it. */
import { createHash } from "node:crypto";
import { existsSync, statSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { ancestors } from "../ancestors.ts";
import { UserError } from "../errors.ts";
import { type ProjectFile, readProjectFile } from "./project-file.ts";
import { readTextFile, writeTextFile } from "./text-file.ts";

export type Environment = { readonly [name: string]: string | undefined };

/** The first that is there holds. */
const PROJECT_FILES = ["Pulumi.json", "Pulumi.yaml", "Pulumi.yml"];

/** The project file in a folder or the nearest one above it; undefined where there is none. */
export function findProjectFile(from: string): string | undefined {
  const candidates = ancestors(resolve(from)).flatMap((folder) =>
    PROJECT_FILES.map((name) => join(folder, name)),
  );
  return candidates.find(isFile);
}

function isFile(path: string): boolean {
  return existsSync(path) && !statSync(path).isDirectory();
}

/** The project around a folder. @throws UserError `no-project`, `project-invalid`. */
export async function readProject(from: string): Promise<ProjectFile> {
  return readProjectFile(requireProjectFile(from));
}

/** The project file in a folder or the nearest one above it. @throws UserError `no-project`. */
export function requireProjectFile(from: string): string {
  const path = findProjectFile(from);
  if (path !== undefined) return path;
  throw new UserError(
    "no-project",
    `no Pulumi.yaml project file found (searching upwards from ${resolve(from)}). If you have not created a project yet, use \`pulumi new\` to do so: no project file found`,
  );
}

/** Where Pulumi keeps what belongs to a person rather than a project. */
export function pulumiHome(env: Environment): string {
  return env["PULUMI_HOME"] || join(env["HOME"] || homedir(), ".pulumi");
}

interface Selections {
  /** Of older versions: for any backend. */
  readonly stack?: string;
  /** By backend. */
  readonly stacks?: { readonly [url: string]: string };
}

/** Remembers which stack of a project is selected, one for each backend, where the official CLI does. */
export class StackSelection {
  private readonly path: string;
  private readonly url: string;
  private readonly env: Environment;

  constructor(project: Pick<ProjectFile, "name" | "path">, url: string, env: Environment) {
    const hash = createHash("sha1").update(project.path).digest("hex");
    this.path = join(pulumiHome(env), "workspaces", `${project.name}-${hash}-workspace.json`);
    this.url = url;
    this.env = env;
  }

  /** The name of the selected stack, brief or full; undefined where none is. */
  async read(): Promise<string | undefined> {
    const { stack, stacks } = await this.readAll();
    return this.env["PULUMI_STACK"] ?? (stacks?.[this.url] || stack || undefined);
  }

  /** Selects a stack by its full name; undefined selects none. */
  async write(name: string | undefined): Promise<void> {
    const { [this.url]: _before, ...others } = (await this.readAll()).stacks ?? {};
    const stacks = name === undefined ? others : { ...others, [this.url]: name };
    if (Object.keys(stacks).length === 0) {
      await rm(this.path, { force: true });
      return;
    }
    await mkdir(dirname(this.path), { recursive: true, mode: 0o700 });
    await writeTextFile(this.path, JSON.stringify({ stacks }, null, 4), 0o600);
  }

  private async readAll(): Promise<Selections> {
    const text = await readTextFile(this.path);
    if (text === undefined) return {};
    try {
      return (JSON.parse(text) as Selections | null) ?? {};
    } catch (cause) {
      throw new UserError("workspace-invalid", `could not parse file ${this.path}: it is not JSON`, {
        help: "Delete the file and select the stack again.",
        cause,
      });
    }
  }
}
