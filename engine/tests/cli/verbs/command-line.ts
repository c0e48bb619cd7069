import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import type { Command, CommandProcess } from "../../../src/cli/command.ts";
import { findCommand } from "../../../src/cli/find-command.ts";
import { reportError } from "../../../src/cli/main.ts";
import { readArguments } from "../../../src/cli/read-arguments.ts";
import { aboutCommands } from "../../../src/cli/verbs/about.ts";
import { configCommands } from "../../../src/cli/verbs/config.ts";
import { installCommands } from "../../../src/cli/verbs/install.ts";
import { miscCommands } from "../../../src/cli/verbs/misc.ts";
import { pluginCommands } from "../../../src/cli/verbs/plugin.ts";
import { policyCommands } from "../../../src/cli/verbs/policy.ts";
import { loadStackCommands } from "../../../src/cli/verbs/stack.ts";
import { stateCommands } from "../../../src/cli/verbs/state.ts";
import { versionCommands } from "../../../src/cli/verbs/version.ts";
import { type FileBackend, openFileBackend } from "../../../src/state/file-backend.ts";
import type { FileStackStore } from "../../../src/state/file-store.ts";
import { createPassphraseSecrets } from "../../../src/state/passphrase.ts";

const commands: readonly Command[] = [
  ...(await loadStackCommands()),
  ...configCommands,
  ...stateCommands,
  ...miscCommands,
  ...pluginCommands,
  ...policyCommands,
  ...installCommands,
  ...aboutCommands,
  ...versionCommands,
];

export interface Output {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Of the passphrase `x`. Deriving a key takes its time: stacks with the same salt share one. */
const SALT = "v1:yVbBPj9+Vkw=:v1:Jc6ngsGcRgdf7WWz:rdRueHv6EPebxQsUBgQzbi2OJ7LU2Q==";
const SALTED_STACKS = ["dev", "test", "other"];

interface Options {
  readonly stdin?: string;
  /** Undefined takes a variable away. */
  readonly env?: { readonly [name: string]: string | undefined };
  /** Answers as a person at a terminal would. */
  readonly terminal?: boolean;
  readonly cwd?: string;
}

/** A project and a backend of its own in a temporary folder, and a command line that works there. */
export class CommandLine {
  readonly folder: string = mkdtempSync(join(tmpdir(), "verbs-"));
  readonly project: string = join(this.folder, "program");
  readonly env: { readonly [name: string]: string } = {
    PULUMI_HOME: join(this.folder, "home"),
    PULUMI_BACKEND_URL: `file://${this.folder}/state`,
    PULUMI_CONFIG_PASSPHRASE: "x",
  };

  constructor(projectFile = "name: corpus\nruntime: nodejs\n") {
    mkdirSync(this.project);
    this.write("Pulumi.yaml", projectFile);
    for (const stack of SALTED_STACKS) this.write(`Pulumi.${stack}.yaml`, `encryptionsalt: ${SALT}\n`);
  }

  /** Runs one command line, given as it would be typed. */
  async run(line: string | readonly string[], options: Options = {}): Promise<Output> {
    const output = { stdout: "", stderr: "" };
    const terminal = options.terminal ?? false;
    const stdin = Object.assign(Readable.from([options.stdin ?? ""]), { isTTY: terminal });
    const process: CommandProcess = {
      cwd: options.cwd ?? this.project,
      env: { ...this.env, ...options.env },
      stdin: stdin as unknown as NodeJS.ReadableStream,
      stdout: { write: (text) => (output.stdout += text), isTTY: terminal },
      stderr: { write: (text) => (output.stderr += text) },
      signal: new AbortController().signal,
    };
    const exitCode = await call(typeof line === "string" ? line.split(" ") : line, process);
    return { exitCode, ...output };
  }

  read(name: string): string {
    return readFileSync(join(this.project, name), "utf8");
  }

  write(name: string, text: string): void {
    writeFileSync(join(this.project, name), text);
  }

  backend(): Promise<FileBackend> {
    return openFileBackend({ root: join(this.folder, "state"), env: {} });
  }

  async store(stack = "dev", passphrase = "x"): Promise<FileStackStore> {
    const reference = { organization: "organization", project: "corpus", stack };
    return (await this.backend()).stack(
      reference,
      createPassphraseSecrets(async () => passphrase),
    );
  }
}

async function call(args: readonly string[], process: CommandProcess): Promise<number> {
  try {
    const { command, rest } = findCommand(commands, args);
    return await command.run(readArguments(command, rest, process.env), process);
  } catch (error) {
    return reportError(error, process);
  }
}
