import { spawn, spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { hostname, tmpdir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { runCommandLine } from "../../src/automation/index.ts";
import type { Case, CaseStep, Preparation } from "./cases.ts";
import { filesBelow } from "./observation.ts";

const tools = join(import.meta.dirname, "tools");
const engine = resolve(import.meta.dirname, "../..");
const nodeModules = join(dirname(engine), "node_modules");

const plugins: readonly (readonly [name: string, version: string, executable: string])[] = [
  ["fake", "1.0.0", "pulumi-resource-fake"],
  ["fake", "1.1.0", "pulumi-resource-fake"],
  ["fakecomp", "1.0.0", "pulumi-resource-fakecomp"],
];

/** How a command of the CLI ended. */
export interface CommandOutcome {
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Where a command runs, below the case's folder, and what it is given. */
export interface CommandPlace {
  readonly env: NodeJS.ProcessEnv;
  /** @default "program" */
  readonly cwd?: string;
  readonly stdin?: string;
}

/** A command that is running. */
export interface RunningCommand {
  readonly ended: Promise<CommandOutcome>;
  /** Signals the command and all it started. */
  kill(signal: NodeJS.Signals): void;
}

/** One case's temporary folder: its program, backend, plugins and the fake provider's cloud. */
export class CaseWorkspace {
  readonly directory: string;
  private readonly item: Case;

  constructor(item: Case) {
    this.item = item;
    this.directory = mkdtempSync(join(realpathSync(tmpdir()), `corpus-${item.name}-`));
    for (const folder of ["state", "home", "cloud"]) mkdirSync(this.path(folder));
    for (const [name, version, executable] of plugins) {
      const folder = this.path(`home/plugins/resource-${name}-v${version}`);
      mkdirSync(folder, { recursive: true });
      symlinkSync(join(tools, "fake-provider", executable), join(folder, `pulumi-resource-${name}`));
    }
    for (const folder of readdirSync(item.directory).filter((name) => /^program/.test(name))) {
      cpSync(join(item.directory, folder), this.path(folder), { recursive: true });
    }
    const made = spawnSync("chmod", ["-R", "u+w", this.directory]);
    if (made.status !== 0) throw new Error(`cannot prepare ${this.directory}`);
  }

  path(relative: string): string {
    return join(this.directory, relative);
  }

  environment(step?: Pick<CaseStep, "env">): NodeJS.ProcessEnv {
    const set: { [name: string]: string | number | null } = {
      PATH: `${dirname(process.execPath)}${delimiter}${process.env["PATH"] ?? ""}`,
      HOME: this.path("home"),
      LANG: "C.UTF-8",
      NO_COLOR: "1",
      NODE_PATH: nodeModules,
      PULUMI_HOME: this.path("home"),
      PULUMI_BACKEND_URL: `file://${this.path("state")}`,
      PULUMI_CONFIG_PASSPHRASE: "x",
      PULUMI_SKIP_UPDATE_CHECK: "true",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
      PULUMI_AUTOMATION_API_SKIP_VERSION_CHECK: "true",
      PULUMI_DEBUG_COMMANDS: "true",
      FAKE_DIR: this.path("cloud"),
      // Compiled code of the SDK: a case would compile it anew, for its home is empty.
      XDG_CACHE_HOME: join(tmpdir(), "corpus-cache"),
      // The official CLI leaves the lock of a process that was killed to `pulumi cancel`.
      PULUMI_ENGINE_LOCK_TAKEOVER: "false",
      ...this.item.env,
      ...step?.env,
    };
    const entries = Object.entries(set).filter(([, value]) => value !== null);
    return Object.fromEntries(entries.map(([name, value]) => [name, this.fill(String(value))]));
  }

  /** Puts this folder in for `<dir>`, the tools' for `<tools>` and the packages' for `<node_modules>`. */
  fill(text: string): string {
    return text
      .replaceAll("<dir>", this.directory)
      .replaceAll("<tools>", tools)
      .replaceAll("<node_modules>", nodeModules);
  }

  /** Takes this machine's folders and names out of a text, as the recordings have it. */
  scrub(text: string): string {
    return text
      .replaceAll(this.directory, "<dir>")
      .replaceAll(nodeModules, "<node_modules>")
      .replaceAll(tools, "<tools>")
      .replaceAll(`${tmpdir()}/`, "<tmp>/")
      .replaceAll(`@${hostname()}`, "@<host>")
      .replaceAll(`"${hostname()}"`, '"<host>"');
  }

  /** Starts the engine's executable. */
  start(args: readonly string[], options: CommandPlace): RunningCommand {
    const child = spawn(join(engine, "bin/pulumi"), [...args], {
      cwd: this.path(options.cwd ?? "program"),
      env: options.env,
      detached: true,
    });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    child.stdin.on("error", () => undefined);
    child.stdin.end(options.stdin ?? "");
    const ended = new Promise<CommandOutcome>((settle, fail) => {
      child.on("error", fail);
      child.on("close", (exitCode, signal) => settle({ exitCode, signal, stdout, stderr }));
    });
    return {
      ended,
      kill: (signal) => {
        if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, signal);
      },
    };
  }

  /** Runs a command in this process and waits for its end: loading the engine is most of what a process costs. */
  async run(args: readonly string[], { env, cwd, stdin }: CommandPlace): Promise<CommandOutcome> {
    const outcome = await runCommandLine(args, {
      cwd: this.path(cwd ?? "program"),
      env,
      ...(stdin !== undefined && { input: stdin }),
    });
    return { ...outcome, signal: null };
  }

  prepare(preparations: readonly Preparation[]): void {
    for (const preparation of preparations) this.prepareOne(preparation);
  }

  private prepareOne(action: Preparation): void {
    const { rm } = action;
    if (rm !== undefined) {
      const isWanted = (file: string) =>
        file === rm || (rm.endsWith("*") && file.startsWith(rm.slice(0, -1)));
      const candidates = [...filesBelow(this.path("cloud")).map((file) => `cloud/${file}`), rm];
      for (const file of candidates.filter(isWanted))
        rmSync(this.path(file), { force: true, recursive: true });
    }
    if (action.write !== undefined) {
      mkdirSync(dirname(this.path(action.write)), { recursive: true });
      writeFileSync(this.path(action.write), action.text ?? JSON.stringify(action.json, null, 1));
    }
    if (action.editJson !== undefined) editJson(this.path(action.editJson), action.path ?? [], action.value);
    if (action.copy !== undefined && action.to !== undefined) {
      cpSync(this.path(action.copy), this.path(action.to), { recursive: true });
    }
    if (action.shell !== undefined) spawnSync("sh", ["-c", action.shell], { cwd: this.directory });
  }

  stateFile(stack: string): string {
    return this.path(`state/.pulumi/stacks/${this.item.project ?? "corpus"}/${stack}.json`);
  }

  /** The stack's state file as it lies on disk, or "" where there is none. */
  rawState(stack: string): string {
    const file = this.stateFile(stack);
    return existsSync(file) ? readFileSync(file, "utf8") : "";
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}

function editJson(file: string, path: readonly string[], value: unknown): void {
  const root = JSON.parse(readFileSync(file, "utf8")) as { [key: string]: unknown };
  const parent = path.slice(0, -1).reduce((at, key) => at[key] as { [key: string]: unknown }, root);
  const last = path.at(-1) ?? "";
  if (value === undefined) delete parent[last];
  else parent[last] = value;
  writeFileSync(file, JSON.stringify(root, null, 4));
}
