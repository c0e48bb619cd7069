import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { type LocalWorkspaceOptions, PulumiCommand } from "@pulumi/pulumi/automation/index.js";
import { engineCommand } from "../../src/automation/index.ts";

const engine = resolve(import.meta.dirname, "../..");

/** A folder with a backend and a PULUMI_HOME of its own, and what the Automation API needs to work there. */
export interface TestWorkspace {
  readonly folder: string;
  /** Options for an inline program. */
  readonly inline: LocalWorkspaceOptions;
  /** Writes a program and gives the options for it. */
  program(source: string): LocalWorkspaceOptions & { workDir: string };
  remove(): void;
}

/** @param runs whether each command is a process of the engine's own executable, or runs in the test's process. */
export async function testWorkspace(
  runs: "as process" | "in process" = "in process",
): Promise<TestWorkspace> {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), "automation-"));
  for (const name of ["state", "home", "program"]) mkdirSync(join(folder, name));
  symlinkSync(join(dirname(engine), "node_modules"), join(folder, "node_modules"));
  const inline: LocalWorkspaceOptions = {
    pulumiCommand: runs === "as process" ? await PulumiCommand.get({ root: engine }) : engineCommand(),
    pulumiHome: join(folder, "home"),
    envVars: {
      PATH: `${dirname(process.execPath)}:${process.env["PATH"]}`,
      PULUMI_BACKEND_URL: `file://${join(folder, "state")}`,
      PULUMI_CONFIG_PASSPHRASE: "open sesame",
    },
  };
  return {
    folder,
    inline,
    program(source) {
      const workDir = join(folder, "program");
      writeFileSync(
        join(workDir, "Pulumi.yaml"),
        "name: local\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n",
      );
      writeFileSync(join(workDir, "package.json"), '{"name":"local","main":"index.js"}');
      writeFileSync(join(workDir, "index.js"), source);
      return { ...inline, workDir };
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
