import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { main } from "../../src/cli/main.ts";
import { isAlive } from "../is-alive.ts";
import { CliProject } from "./cli-project.ts";
import { testProcess } from "./test-process.ts";

const source = `
const fs = require("fs");
const random = require("@pulumi/random");
const wish = JSON.parse(fs.readFileSync("wish.json", "utf8"));
if (wish.empty) return;
if (wish.fail) throw new Error("as wished");
new random.RandomPet("pet", { keepers: { size: wish.size } }, { retainOnDelete: wish.retain });
`;

describe("the question before a change", () => {
  let project: CliProject;
  const wish = (content: object) => project.wish(content);
  const run: CliProject["run"] = (line, wishes) => project.run(line, wishes);

  /** A person who answers each question when it is asked. */
  async function answering(line: string, answers: readonly string[]) {
    const test = testProcess({ isTTY: true, cwd: project.program, env: project.env });
    const stdin = Object.assign(new Readable({ read: () => undefined }), { isTTY: true });
    const left = [...answers];
    const { stdout } = test.process;
    const write = (text: string) => {
      stdout.write(text);
      if (text.endsWith("/details] ")) stdin.push(`${left.shift() ?? ""}\n`);
    };
    const exitCode = await main(line.split(" "), { ...test.process, stdin, stdout: { ...stdout, write } });
    return { exitCode, stdout: test.stdout() };
  }

  beforeAll(async () => {
    project = new CliProject("confirmation", source);
    expect((await run("stack init dev")).stderr).toBe("Created stack 'dev'\n");
  });
  afterAll(() => project.remove());

  it("tells before the question that there is nothing to make", async () => {
    wish({ empty: true });
    const { stdout } = await run("up --color never", { isTTY: true, stdin: "no\n" });
    expect(stdout).toContain(
      "info: There are no resources in your stack (other than the stack resource).\n\n",
    );
  });

  it("tells before the question what is left behind, and shows the details of the preview", async () => {
    wish({ size: "2", retain: true });
    expect((await run("up --yes --skip-preview")).exitCode).toBe(0);
    wish({ size: "3", retain: true });
    const { exitCode, stdout } = await answering("up --color never", ["details", "no"]);
    expect(exitCode).toBe(8);
    const [, question = "", details = "", end = ""] = stdout.split(/(?=info: This)|(?<=details\] )/);
    expect(question).toBe(
      "info: This update will leave 1 resource(s) untracked in your environment:\n" +
        "    - random:index:RandomPet pet\n\nDo you want to perform this update? [yes/no/details] ",
    );
    expect(details).toMatch(/^pulumi:pulumi:Stack: \(same\)\n/);
    expect(details).toContain('~ size: "2" => "3"');
    expect(end).toBe("confirmation declined, not proceeding with the update\n");
    wish({ size: "3" });
    expect((await run("up --yes --skip-preview")).exitCode).toBe(0);
    const refreshed = await answering("refresh --color never", ["no"]);
    expect(refreshed.stdout).toContain(
      "Do you want to perform this refresh?\n" +
        "No resources will be modified as part of this refresh; just your stack's state will be.\n",
    );
    wish({ size: "2" });
    expect((await run("up --yes --skip-preview")).exitCode).toBe(0);
  });

  it("has a process ready for what follows the preview, and leaves none behind", async () => {
    const pids = join(project.folder, "pids");
    const note = join(project.folder, "note.cjs");
    writeFileSync(note, `require("node:fs").appendFileSync(${JSON.stringify(pids)}, process.pid + "\\n");`);
    const noted = { nodeOptions: `--require ${note}` };
    wish({ size: "4" });
    expect((await run("up", { ...noted, isTTY: true, stdin: "no\n" })).exitCode).toBe(8);
    expect((await run("up --yes", noted)).exitCode).toBe(0);
    expect((await run("preview", noted)).exitCode).toBe(0);
    wish({ fail: true });
    expect((await run("up --yes", noted)).exitCode).not.toBe(0);
    await vi.waitFor(() => {
      const started = readFileSync(pids, "utf8").trim().split("\n").map(Number);
      // Whoever declines may be quicker than the process that is ready to go on.
      expect(started.length).toBeLessThanOrEqual(2 + 2 + 1 + 1);
      expect(started.length).toBeGreaterThanOrEqual(1 + 2 + 1 + 1);
      expect(started.filter(isAlive)).toEqual([]);
    });
  });
});
