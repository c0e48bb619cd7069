import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { main } from "../../src/cli/main.ts";
import { testProcess } from "./test-process.ts";

const nodeModules = join(dirname(resolve(import.meta.dirname, "../..")), "node_modules");

export interface RunWishes {
  readonly stdin?: string;
  readonly isTTY?: boolean;
  readonly signal?: AbortSignal;
  /** Of the program's processes. */
  readonly nodeOptions?: string;
}

/** A project `shop` in a folder of its own, with a backend beside it; its program reads `wish.json`. */
export class CliProject {
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;

  constructor(name: string, source: string) {
    this.folder = mkdtempSync(join(realpathSync(tmpdir()), `${name}-`));
    for (const part of ["state", "home", "program"]) mkdirSync(join(this.folder, part));
    symlinkSync(nodeModules, join(this.folder, "node_modules"));
    this.write("Pulumi.yaml", "name: shop\nruntime: {name: nodejs, options: {typescript: false}}\n");
    this.write("package.json", '{"name":"shop","main":"index.js"}');
    this.write("index.js", source);
    this.env = {
      ...process.env,
      PULUMI_BACKEND_URL: `file://${join(this.folder, "state")}`,
      PULUMI_HOME: join(this.folder, "home"),
      PULUMI_CONFIG_PASSPHRASE: "open sesame",
      ...{ CI: "", PULUMI_DISABLE_CI_DETECTION: "true" },
    };
  }

  get program(): string {
    return join(this.folder, "program");
  }

  /** What the program does is written into a file, so that a test can change it without a new process. */
  wish(content: object): void {
    this.write("wish.json", JSON.stringify(content));
  }

  async run(line: string | readonly string[], { nodeOptions, ...given }: RunWishes = {}) {
    const env = nodeOptions === undefined ? this.env : { ...this.env, NODE_OPTIONS: nodeOptions };
    const test = testProcess({ ...given, cwd: this.program, env });
    const exitCode = await main(typeof line === "string" ? line.split(" ") : line, test.process);
    return { exitCode, stdout: test.stdout(), stderr: test.stderr() };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private write(name: string, text: string): void {
    writeFileSync(join(this.program, name), text);
  }
}
