import { execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { hostname, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { root } from "../ops/paths.ts";
import { findFreePorts } from "../simulators/kubernetes/free-port.ts";

/** What a command of `./infra` printed and how it ended. */
export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * A project's name for a suite of this checkout: suites of two checkouts can use one Docker at once. It is the same in
 * each run, which so finds what a killed one left.
 */
export function projectOf(suite: string): string {
  const place = createHash("sha256").update(`${hostname()}:${root}`).digest("hex");
  return `trials-${suite}-${place.slice(0, 6)}`;
}

/**
 * A copy of the checkout whose settings and sources a test may change. It is a project of its own, with state, names
 * and ports of its own: what runs on this machine stays untouched.
 */
export class Checkout {
  /** Name of the project, as in the names and labels of everything that it deploys. */
  readonly project: string;
  readonly folder: string;

  /** Copies the checkout to a new folder; to a folder that has a copy already, all but its settings. */
  constructor(project: string, folder: string = mkdtempSync(join(tmpdir(), "trials-checkout-"))) {
    this.project = project;
    this.folder = folder;
    if (existsSync(join(folder, "Pulumi.yaml"))) {
      this.copySources((file) => !/^Pulumi[.a-z]*\.yaml$/.test(file));
    } else {
      this.copySources(() => true);
      symlinkSync(join(root, "node_modules"), join(this.folder, "node_modules"));
      this.edit("Pulumi.yaml", (text) => text.replace("name: trials\n", `name: ${this.project}\n`));
    }
    this.markInstalled();
  }

  /** `./infra` in the copy would install the packages anew, and empty the folder that both share. */
  private markInstalled(): void {
    const file = join(this.folder, ".infra/installed-package-lock.json");
    mkdirSync(dirname(file), { recursive: true });
    cpSync(join(root, "package-lock.json"), file);
  }

  /** Makes the copy a git repository, or commits what has changed in it. */
  commit(message: string): void {
    const author = ["-c", "user.name=Test", "-c", "user.email=test@trials.example"];
    const git = (...args: string[]) => execFileSync("git", [...author, ...args], { cwd: this.folder });
    git("init", "--quiet");
    git("add", "--all", "--", ":!node_modules");
    git("commit", "--quiet", "--allow-empty", "--message", message);
  }

  private copySources(isWanted: (file: string) => boolean): void {
    const listed = execFileSync("git", ["ls-files", "-co", "--exclude-standard", "-z"], {
      cwd: root,
      encoding: "utf8",
    });
    for (const file of listed
      .split("\0")
      .filter((name) => name !== "" && !name.startsWith("engine/tests/") && isWanted(name))) {
      mkdirSync(dirname(join(this.folder, file)), { recursive: true });
      cpSync(join(root, file), join(this.folder, file));
    }
  }

  /** Gives a stack the project's name and ports that nobody listens on, in place of the committed ones. */
  async settle(stack: string): Promise<void> {
    const file = `Pulumi.${stack}.yaml`;
    const committed = readFileSync(join(this.folder, file), "utf8").match(/[pP]ort: \d+/g) ?? [];
    const free = await findFreePorts(committed.length);
    this.edit(file, (text) =>
      text
        .replaceAll("trials:", `${this.project}:`)
        .replace(/([pP]ort: )\d+/g, (_, key: string) => `${key}${free.pop()}`),
    );
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
