import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { runCommandLine } from "@trials/engine/automation";

const root = resolve(import.meta.dirname, "../../..");

export interface Outcome {
  readonly exitCode: number;
  /** What is printed, both streams. */
  readonly text: string;
}

/** A resource as the state has it. */
export interface Recorded {
  readonly urn: string;
  readonly type: string;
  readonly id?: string;
  readonly inputs: { readonly [name: string]: unknown };
  readonly outputs: { readonly [name: string]: unknown };
  readonly initErrors?: readonly string[];
}

interface Deployment {
  readonly resources?: readonly Recorded[];
  readonly pending_operations?: readonly { readonly type: string }[];
}

/** A Pulumi project with a backend of its own, whose `aura` provider is the one of this package, by `plugins.providers`. */
export class AuraWorkspace {
  readonly folder = mkdtempSync(join(realpathSync(tmpdir()), "aura-"));
  readonly env: { [name: string]: string };

  constructor(baseUrl: string) {
    for (const name of ["state", "home", "program"]) mkdirSync(join(this.folder, name));
    symlinkSync(join(root, "node_modules"), join(this.folder, "node_modules"));
    this.write(
      "Pulumi.yaml",
      [
        "name: trials",
        "runtime: {name: nodejs, options: {typescript: false}}",
        `plugins: {providers: [{name: aura, path: ${join(root, "providers/aura")}}]}`,
      ].join("\n"),
    );
    this.write("package.json", '{"name": "trials", "type": "module", "main": "index.ts"}');
    this.env = {
      PATH: [dirname(process.execPath), process.env["PATH"] ?? ""].join(delimiter),
      PULUMI_HOME: join(this.folder, "home"),
      PULUMI_BACKEND_URL: `file://${join(this.folder, "state")}`,
      PULUMI_CONFIG_PASSPHRASE: "x",
      AURA_BASE_URL: baseUrl,
      AURA_CLIENT_ID: "aura-client",
      AURA_CLIENT_SECRET: "aura-secret",
      AURA_TENANT_ID: "6981ace7-efe5-4f5c-b7c5-267b5162ce91",
      AURA_POLL_SECONDS: "0.02",
      AURA_SETTLE_SECONDS: "0",
    };
  }

  /** The program's text; `aura` and `pulumi` are imported. */
  program(body: string): void {
    const head = 'import * as pulumi from "@pulumi/pulumi";\nimport * as aura from "@trials/pulumi-aura";\n';
    this.write("index.ts", `${head}${body}\n`);
  }

  /** A program with one instance, `graph`. */
  instance(args: object = {}, options = "{}"): void {
    const whole = {
      name: "trials-graph",
      type: "professional-db",
      cloudProvider: "gcp",
      region: "europe-west1",
      memory: "2GB",
      ...args,
    };
    this.program(
      `const graph = new aura.Instance("graph", ${JSON.stringify(whole)}, ${options});\nexport const url = graph.connectionUrl;\nexport const password = graph.password;`,
    );
  }

  /** Runs a command line of `pulumi` to its end. */
  async run(line: string): Promise<Outcome> {
    let text = "";
    const listen = (part: string) => {
      text += part;
    };
    const { exitCode } = await runCommandLine([...line.split(" "), "--non-interactive"], {
      cwd: join(this.folder, "program"),
      env: this.env,
      onOutput: listen,
      onError: listen,
    });
    return { exitCode, text };
  }

  /** Starts an update as a process of its own; `kill` ends it, its plugins and its program, and gives what it died of. */
  startUp(): { kill(): Promise<NodeJS.Signals | null> } {
    const words = ["up", "--yes", "--skip-preview", "--non-interactive"];
    const child = spawn(join(root, "engine/bin/pulumi"), words, {
      cwd: join(this.folder, "program"),
      env: this.env,
      stdio: "ignore",
      detached: true,
    });
    const closed = once(child, "close") as Promise<[number | null, NodeJS.Signals | null]>;
    return {
      async kill() {
        if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
        const [, signal] = await closed;
        return signal;
      },
    };
  }

  init(): Promise<Outcome> {
    return this.run("stack init dev");
  }

  up(more = ""): Promise<Outcome> {
    return this.run(`up --yes --skip-preview${more}`);
  }

  preview(more = ""): Promise<Outcome> {
    return this.run(`preview --diff${more}`);
  }

  /** The state file's text. */
  stateText(): string {
    return readFileSync(join(this.folder, "state/.pulumi/stacks/trials/dev.json"), "utf8");
  }

  deployment(): Deployment {
    const { checkpoint } = JSON.parse(this.stateText()) as { checkpoint: { latest?: Deployment } };
    return checkpoint.latest ?? {};
  }

  /** A recorded resource; undefined where there is none of that name. */
  find(name: string): Recorded | undefined {
    return this.deployment().resources?.find(({ urn }) => urn.endsWith(`::${name}`));
  }

  /** Outputs of the stack, secrets in clear. */
  async outputs(): Promise<{ readonly [name: string]: unknown }> {
    const { text } = await this.run("stack output --json --show-secrets");
    return JSON.parse(text) as { [name: string]: unknown };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private write(file: string, text: string): void {
    writeFileSync(join(this.folder, "program", file), `${text}\n`);
  }
}
