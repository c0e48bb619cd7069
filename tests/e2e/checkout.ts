import { execFileSync, spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { root } from "../../ops/paths.ts";

/** What a command of `./infra` printed and how it ended. */
export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A copy of the checkout whose settings and sources a test may change; its state is its own too. */
export class Checkout {
  readonly folder: string = mkdtempSync(join(tmpdir(), "trials-checkout-"));

  constructor() {
    const listed = execFileSync("git", ["ls-files", "-co", "--exclude-standard", "-z"], {
      cwd: root,
      encoding: "utf8",
    });
    for (const file of listed
      .split("\0")
      .filter((name) => name !== "" && !name.startsWith("engine/tests/"))) {
      mkdirSync(dirname(join(this.folder, file)), { recursive: true });
      cpSync(join(root, file), join(this.folder, file));
    }
    symlinkSync(join(root, "node_modules"), join(this.folder, "node_modules"));
  }

  /** Runs `./infra <args>` on the embedded engine; what it says on stderr is shown as it comes. */
  infra(...args: string[]): Promise<Ran> {
    return new Promise((resolve, reject) => {
      const child = spawn(process.execPath, ["ops/start.ts", ...args, "--engine", "embedded"], {
        cwd: this.folder,
        stdio: ["ignore", "pipe", "pipe"],
      });
      const ran = { stdout: "", stderr: "" };
      child.stdout.on("data", (chunk: Buffer) => {
        ran.stdout += chunk.toString();
      });
      child.stderr.on("data", (chunk: Buffer) => {
        ran.stderr += chunk.toString();
        process.stderr.write(chunk);
      });
      child.on("error", reject);
      child.on("close", (code) => resolve({ code: code ?? 1, ...ran }));
    });
  }

  /** Rewrites a file of the copy. */
  edit(file: string, change: (text: string) => string): void {
    const path = join(this.folder, file);
    const before = readFileSync(path, "utf8");
    const after = change(before);
    if (after === before) throw new Error(`the edit of ${file} changed nothing`);
    writeFileSync(path, after);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
