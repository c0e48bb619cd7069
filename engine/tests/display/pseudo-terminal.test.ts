import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { beforeAll, describe, expect, it } from "vitest";

const engine = resolve(import.meta.dirname, "../..");
const run = promisify(execFile);

/** Goes on until a file called `seen` is there, so that there is something to watch. */
const source = `
const fs = require("node:fs");
const pulumi = require("@pulumi/pulumi");
class Group extends pulumi.ComponentResource {
  constructor(name, opts) { super("my:index:Group", name, {}, opts); }
}
const outer = new Group("outer");
new Group("inner", { parent: outer });
module.exports = (async () => {
  while (!fs.existsSync("seen")) await new Promise((settle) => setTimeout(settle, 20));
  return { a: 1 };
})();
`;

describe("an update", () => {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), "terminal-"));
  const env = {
    PATH: `${dirname(process.execPath)}:${process.env["PATH"]}`,
    HOME: folder,
    TERM: "xterm",
    PULUMI_BACKEND_URL: `file://${join(folder, "state")}`,
    PULUMI_HOME: join(folder, "home"),
    PULUMI_CONFIG_PASSPHRASE: "x",
  };
  const cwd = join(folder, "program");
  const pulumi = join(engine, "bin/pulumi");

  beforeAll(async () => {
    for (const name of ["state", "home", "program"]) mkdirSync(join(folder, name));
    symlinkSync(join(dirname(engine), "node_modules"), join(folder, "node_modules"));
    writeFileSync(
      join(cwd, "Pulumi.yaml"),
      "name: shop\nruntime: {name: nodejs, options: {typescript: false}}\n",
    );
    writeFileSync(join(cwd, "package.json"), '{"main":"index.js"}');
    writeFileSync(join(cwd, "index.js"), source);
    await run(pulumi, ["stack", "init", "dev"], { cwd, env });
  });

  const seen = join(cwd, "seen");

  /** Runs on a terminal; lets the program end when the output shows what is waited for. */
  async function watch(command: string, isShown: (output: string) => boolean): Promise<string> {
    rmSync(seen, { force: true });
    const child = spawn("script", ["-qec", command, "/dev/null"], { cwd, env });
    let output = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      output += text;
      if (isShown(output)) writeFileSync(seen, "");
    });
    await once(child, "close");
    return output;
  }

  it("is plain lines where its output is read by a program", async () => {
    writeFileSync(seen, "");
    const { stdout } = await run(pulumi, ["up", "--yes", "--skip-preview"], { cwd, env });
    expect(stdout).not.toContain("\u001b");
    expect(stdout).toContain("\n +  my:index:Group outer creating (0s) \n");
    expect(stdout).not.toContain("of about");
  });

  it("is a tree that moves, with colours and how long it took lately, on a terminal", async () => {
    const stdout = await watch(
      `${pulumi} up --yes --skip-preview --refresh`,
      (output) => output.includes("A\u001b[0J") && /\d+s of about \d+s/.test(output),
    );
    expect(stdout).toContain("A\u001b[0J");
    expect(stdout).toMatch(/\d+s of about \d+s/);
    expect(stdout).toContain("\u001b[1mResources:\u001b[0m");
    expect(stdout).toContain("3 unchanged");
  });
});
