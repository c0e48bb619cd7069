import { spawnSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { root } from "../../ops/paths.ts";

/** A folder in which the workflows' shell steps run; what they call is recorded and answered by scripts of the test. */
export class ScriptSandbox {
  readonly folder = mkdtempSync(join(tmpdir(), "workflow-"));

  constructor() {
    cpSync(join(root, ".github"), join(this.folder, ".github"), { recursive: true });
    mkdirSync(join(this.folder, "bin"));
  }

  /** A command that writes its arguments down, a line a call, and then runs `body`. */
  fake(command: string, body = ""): void {
    const file = join(this.folder, command === "infra" ? "infra" : `bin/${command}`);
    const log = `printf '%s\\n' "$*" >>"${this.folder}/${command}.calls"`;
    writeFileSync(file, `#!/usr/bin/env bash\n${log}\n${body}\n`);
    chmodSync(file, 0o755);
  }

  calls(command: string): string[] {
    const file = join(this.folder, `${command}.calls`);
    return existsSync(file) ? readFileSync(file, "utf8").trimEnd().split("\n") : [];
  }

  write(file: string, text: string): void {
    mkdirSync(dirname(join(this.folder, file)), { recursive: true });
    writeFileSync(join(this.folder, file), text);
  }

  read(file: string): string {
    return readFileSync(join(this.folder, file), "utf8");
  }

  /** Runs a step as a runner does. */
  run(step: string, env: { readonly [name: string]: string } = {}) {
    const ran = spawnSync("bash", ["-e", "-o", "pipefail", "-c", step], {
      cwd: this.folder,
      encoding: "utf8",
      env: {
        PATH: `${this.folder}/bin:${dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin`,
        GITHUB_OUTPUT: join(this.folder, "output"),
        GITHUB_ENV: join(this.folder, "env"),
        GITHUB_STEP_SUMMARY: join(this.folder, "summary"),
        RUNNER_TEMP: this.folder,
        GH_REPO: "trials/infrastructure",
        ...env,
      },
    });
    return { code: ran.status, stdout: ran.stdout, stderr: ran.stderr };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
