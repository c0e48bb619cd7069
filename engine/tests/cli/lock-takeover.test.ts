import { type ChildProcess, spawn } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";

const engine = resolve(import.meta.dirname, "../..");

/** Registers a resource, says that it runs, and goes on when a file appears. */
const source = `
const fs = require("fs");
const pulumi = require("@pulumi/pulumi");
class Group extends pulumi.ComponentResource {
  constructor(name) { super("test:index:Group", name); this.registerOutputs({}); }
}
new Group("one");
const id = process.env.RUN;
fs.writeFileSync("running-" + id, "");
module.exports = (async () => {
  while (!fs.existsSync("go-" + id)) await new Promise((settle) => setTimeout(settle, 50));
  return { id };
})();
`;

describe("two processes on one stack", () => {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), "takeover-"));
  const program = join(folder, "program");
  const locks = () =>
    readdirSync(join(folder, "state/.pulumi/locks/organization/shop/dev")).filter((n) => n.endsWith(".json"));
  const may = (id: string) => writeFileSync(join(program, `go-${id}`), "");
  const runs = (id: string) =>
    expect.poll(() => existsSync(join(program, `running-${id}`)), { timeout: 30_000 }).toBe(true);

  function start(id: string, ...args: string[]) {
    const env = {
      ...process.env,
      PATH: `${dirname(process.execPath)}:${process.env["PATH"]}`,
      PULUMI_BACKEND_URL: `file://${join(folder, "state")}`,
      PULUMI_HOME: join(folder, "home"),
      PULUMI_CONFIG_PASSPHRASE: "x",
      RUN: id,
    };
    const child: ChildProcess = spawn(join(engine, "bin/pulumi"), args, { cwd: program, env, stdio: "pipe" });
    const output = { stdout: "", stderr: "" };
    child.stdout?.on("data", (data: Buffer) => {
      output.stdout += data.toString();
    });
    child.stderr?.on("data", (data: Buffer) => {
      output.stderr += data.toString();
    });
    const ended = new Promise<number | null>((settle) => child.on("close", (code) => settle(code)));
    return { child, output, ended };
  }
  const up = (id: string, ...args: string[]) => start(id, "up", "--yes", "--skip-preview", ...args);

  beforeAll(async () => {
    for (const name of ["state", "home", "program"]) mkdirSync(join(folder, name));
    symlinkSync(join(dirname(engine), "node_modules"), join(folder, "node_modules"));
    writeFileSync(
      join(program, "Pulumi.yaml"),
      "name: shop\nruntime: {name: nodejs, options: {typescript: false}}\n",
    );
    writeFileSync(join(program, "package.json"), '{"main":"index.js"}');
    writeFileSync(join(program, "index.js"), source);
    expect(await start("init", "stack", "init", "dev").ended).toBe(0);
  });

  it("never both write: the second is refused, or waits until the first is done", async () => {
    const first = up("first");
    await runs("first");
    const refused = up("refused");
    expect(await refused.ended).toBe(1);
    expect(refused.output.stderr).toContain(`(pid ${first.child.pid})`);
    expect(refused.output.stderr).toContain("the stack is currently locked by 1 lock(s)");
    const patient = up("patient", "--lock-timeout", "60s");
    may("patient");
    await expect
      .poll(() => patient.output.stderr, { timeout: 30_000 })
      .toContain("waiting for the lock of the stack");
    expect(existsSync(join(program, "running-patient"))).toBe(false);
    may("first");
    expect(await first.ended).toBe(0);
    expect(await patient.ended).toBe(0);
    expect(patient.output.stdout).toContain('id: "first" => "patient"');
    expect(locks()).toEqual([]);
  });

  it("go on after one was killed: the next takes its lock over and says so", async () => {
    const killed = up("killed");
    await runs("killed");
    expect(locks()).toHaveLength(1);
    killed.child.kill("SIGKILL");
    await killed.ended;
    expect(locks()).toHaveLength(1);
    may("next");
    const next = up("next");
    expect(await next.ended).toBe(0);
    expect(next.output.stderr).toContain(
      "warning: the lock of a process that has ended is taken over:\n  file://",
    );
    expect(next.output.stderr).toContain(`(pid ${killed.child.pid})`);
    expect(locks()).toEqual([]);
  });
});
