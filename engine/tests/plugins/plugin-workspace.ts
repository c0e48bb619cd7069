import { spawn } from "node:child_process";
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
import { tmpdir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { runCommandLine } from "../../src/automation/index.ts";

const engine = resolve(import.meta.dirname, "../..");
const nodeModules = join(dirname(engine), "node_modules");

export interface Outcome {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A resource as the state file has it. */
export interface Recorded {
  readonly urn: string;
  readonly type: string;
  readonly id?: string;
  readonly parent?: string;
  readonly inputs?: { readonly [name: string]: unknown };
  readonly outputs?: { readonly [name: string]: unknown };
  readonly dependencies?: readonly string[];
  readonly propertyDependencies?: { readonly [name: string]: readonly string[] };
  readonly initErrors?: readonly string[];
  readonly customTimeouts?: object;
  readonly external?: boolean;
}

interface Deployment {
  readonly resources?: readonly Recorded[];
  readonly pending_operations?: readonly { readonly type: string; readonly resource: Recorded }[];
}

/** A folder with a program, a backend and a PULUMI_HOME of its own, worked on by the engine and real plugins. */
export class PluginWorkspace {
  readonly folder = mkdtempSync(join(realpathSync(tmpdir()), "plugins-"));
  readonly env: { [name: string]: string };

  constructor() {
    for (const name of ["state", "home/plugins", "program", "bin", "cloud"]) {
      mkdirSync(this.path(name), { recursive: true });
    }
    symlinkSync(nodeModules, this.path("node_modules"));
    const options = "runtime: {name: nodejs, options: {typescript: false}}\n";
    writeFileSync(this.path("program/Pulumi.yaml"), `name: shop\n${options}`);
    writeFileSync(this.path("program/package.json"), '{"name":"shop","main":"index.js"}');
    this.env = {
      PATH: [this.path("bin"), dirname(process.execPath), process.env["PATH"] ?? ""].join(delimiter),
      PULUMI_HOME: this.path("home"),
      PULUMI_BACKEND_URL: `file://${this.path("state")}`,
      PULUMI_CONFIG_PASSPHRASE: "x",
      NODEFAKE_DIR: this.path("cloud"),
      GOFAKE_DIR: this.path("cloud"),
      FAKE_DIR: this.path("cloud"),
      NODE_PATH: nodeModules,
    };
  }

  path(relative: string): string {
    return join(this.folder, relative);
  }

  /** Installs a file as the plugin of a package: the plugin folder takes a copy of `file`, or a script that runs it. */
  install(pkg: string, version: string, file: string): string {
    return putPlugin(this.path(`home/plugins/resource-${pkg}-v${version}`), pkg, file);
  }

  /** As `install`, for a converter. */
  installConverter(name: string, version: string, file: string): string {
    return putPlugin(this.path(`home/plugins/converter-${name}-v${version}`), name, file, "converter");
  }

  putConverterOnPath(name: string, file: string): string {
    return putPlugin(this.path("bin"), name, file, "converter");
  }

  /** Puts a plugin on PATH. */
  putOnPath(pkg: string, file: string): string {
    return putPlugin(this.path("bin"), pkg, file);
  }

  /** Installs a script's text as the plugin of a package. */
  installScript(pkg: string, version: string, text: string, mode = 0o755): string {
    const file = this.path(`home/plugins/resource-${pkg}-v${version}/pulumi-resource-${pkg}`);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text, { mode });
    return file;
  }

  /** Writes the program. `$res(type, name, props, opts)` and `$box(…)` stand for the classes of a generated SDK. */
  program(body: string): void {
    writeFileSync(this.path("program/index.js"), `${PRELUDE}\n${body}\n`);
  }

  /** Runs a command line of `pulumi` to its end. */
  run(line: string): Promise<Outcome> {
    return runCommandLine(line.split(" "), { cwd: this.path("program"), env: this.env });
  }

  /** As `run`, in a process of its own: `onOutput` sees what it prints and may send it a signal. */
  runProcess(
    line: string,
    onOutput: (text: string, signal: (name: NodeJS.Signals) => void) => void,
  ): Promise<Outcome> {
    const child = spawn(join(engine, "bin/pulumi"), line.split(" "), {
      cwd: this.path("program"),
      env: this.env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
      onOutput(stdout, (name) => child.kill(name));
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    return new Promise<Outcome>((settle, fail) => {
      child.on("error", fail);
      child.on("close", (exitCode) => settle({ exitCode, stdout, stderr }));
    });
  }

  up() {
    return this.run("up --yes --skip-preview --non-interactive");
  }

  deployment(): Deployment {
    const file = this.path("state/.pulumi/stacks/shop/dev.json");
    const { checkpoint } = JSON.parse(readFileSync(file, "utf8")) as { checkpoint: { latest?: Deployment } };
    return checkpoint.latest ?? {};
  }

  /** Resources by name, secrets in clear. */
  async exported(): Promise<{ readonly [name: string]: Recorded }> {
    const { stdout } = await this.run("stack export --show-secrets");
    const { deployment } = JSON.parse(stdout) as { deployment: Deployment };
    return Object.fromEntries(
      (deployment.resources ?? []).map((item) => [item.urn.split("::").at(-1) ?? "", item]),
    );
  }

  /** Names of the objects in the providers' cloud. */
  cloud(): string[] {
    return readdirSync(this.path("cloud")).sort();
  }

  hasLock(): boolean {
    const folder = this.path("state/.pulumi/locks/organization/shop/dev");
    return existsSync(folder) && readdirSync(folder).some((name) => name.endsWith(".json"));
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

const SIGNATURE = "4dabf18193072939515e22adb298388d";

/** An exported value with secrets as `{ secret }` and without the signatures of references and assets. */
export function clear<Value>(value: Value): Value {
  const text = JSON.stringify(value, (_key, part: unknown) => {
    if (typeof part !== "object" || part === null || !(SIGNATURE in part)) return part;
    const { [SIGNATURE]: _signature, ...rest } = part as { [key: string]: unknown };
    return "plaintext" in rest ? { secret: JSON.parse(String(rest["plaintext"])) as unknown } : rest;
  });
  return JSON.parse(text) as Value;
}

function putPlugin(folder: string, pkg: string, file: string, kind = "resource"): string {
  mkdirSync(folder, { recursive: true });
  const target = join(folder, `pulumi-${kind}-${pkg}`);
  if (file.endsWith(".ts")) {
    writeFileSync(target, `#!/bin/sh\nexec "${process.execPath}" "${file}" "$@"\n`, { mode: 0o755 });
  } else {
    cpSync(file, target);
  }
  return target;
}

const PRELUDE = `
const pulumi = require("@pulumi/pulumi");
const names = (list) => Object.fromEntries(list.map((name) => [name, undefined]));
const $res = (type, name, props, { outputs = [], ...opts } = {}) =>
  new (class extends pulumi.CustomResource {
    constructor() { super(type, name, { ...names(outputs), ...props }, opts); }
  })();
const $box = (type, name, props, { outputs = [], ...opts } = {}) =>
  new (class extends pulumi.ComponentResource {
    constructor() { super(type, name, { ...names(outputs), ...props }, opts, true); }
  })();
`;
