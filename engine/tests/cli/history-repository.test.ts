import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { main } from "../../src/cli/main.ts";
import { testProcess } from "./test-process.ts";

interface Entry {
  readonly message: string;
  readonly environment: { readonly [name: string]: string };
}

it("the history says of each run which commit it was of, and why where nobody said", async () => {
  const folder = mkdtempSync(join(tmpdir(), "history-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const program = join(folder, "repository/program");
  for (const path of [join(folder, "state"), program]) mkdirSync(path, { recursive: true });
  writeFileSync(join(program, "Pulumi.yaml"), "name: shop\nruntime: nodejs\n");
  const env = {
    PATH: process.env["PATH"],
    HOME: folder,
    PULUMI_BACKEND_URL: `file://${folder}/state`,
    PULUMI_HOME: join(folder, "home"),
    PULUMI_CONFIG_PASSPHRASE: "open sesame",
    GIT_CONFIG_NOSYSTEM: "1",
  };
  const git = (...args: string[]) =>
    execFileSync("git", ["-c", "user.name=A", "-c", "user.email=a@example.com", ...args], {
      cwd: join(folder, "repository"),
      env,
      encoding: "utf8",
    }).trim();
  const run = async (...line: string[]) => {
    const test = testProcess({ cwd: program, env });
    expect([await main(line, test.process), test.stderr()]).toEqual([0, expect.anything()]);
    return test.stdout();
  };
  git("init", "--quiet", "--initial-branch", "main");
  git("add", ".");
  git("commit", "--quiet", "--message", "Open the shop\n\nat last");
  await run("stack", "init", "dev");
  await run("destroy", "--yes", "--skip-preview");
  await run("destroy", "--yes", "--skip-preview", "--message", "By hand");
  const entries = JSON.parse(await run("stack", "history", "--json")) as readonly Entry[];
  expect(entries.map(({ message }) => message)).toEqual(["By hand", "Open the shop"]);
  for (const { environment } of entries) {
    expect(environment).toMatchObject({
      "git.head": git("rev-parse", "HEAD"),
      "git.headName": "refs/heads/main",
      "git.author": "A",
      // The stack's settings file is new.
      "git.dirty": "true",
    });
  }
});
