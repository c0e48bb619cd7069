import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { main } from "../../src/cli/main.ts";
import { newManifest } from "../../src/state/integrity.ts";
import { emptySnapshot, resourceState } from "../../src/state/resource.ts";
import { testProcess } from "./test-process.ts";
import { CommandLine } from "./verbs/command-line.ts";

const PROJECT = "name: corpus\nruntime: nodejs\nconfig:\n  size:\n    type: integer\n";
const TYPE = "test:index:Group";
const urnOf = (name: string) => `urn:pulumi:dev::corpus::${TYPE}::${name}`;

describe("a refresh and a destroy without the program", () => {
  let line: CommandLine;
  const lines: CommandLine[] = [];

  beforeEach(async () => {
    line = new CommandLine();
    lines.push(line);
    await line.run("stack init dev");
  });
  afterAll(() => {
    for (const { folder } of lines) rmSync(folder, { recursive: true, force: true });
  });

  async function run(words: string, env: { readonly [name: string]: string } = {}) {
    const test = testProcess({ cwd: line.project, env: { ...line.env, ...env } });
    const exitCode = await main(words.split(" "), test.process);
    return { exitCode, stdout: test.stdout(), stderr: test.stderr() };
  }

  const settings = () => line.read("Pulumi.dev.yaml");

  /** Records components: nobody is asked when they go. */
  async function record(...groups: readonly { readonly name: string; readonly protect?: boolean }[]) {
    const store = await line.store();
    const { secretsProvider } = await store.load();
    const resources = groups.map(({ name, protect = false }) =>
      resourceState({ urn: urnOf(name), type: TYPE, custom: false, protect }),
    );
    await store.save({ ...emptySnapshot(secretsProvider), manifest: newManifest(new Date()), resources });
  }

  it("do not demand the configuration that the project declares", async () => {
    line.write("Pulumi.yaml", PROJECT);
    const missing = "error: validating stack config: Stack 'dev' is missing configuration value 'size'\n";
    expect((await run("preview")).stderr).toContain(missing);
    for (const verb of ["refresh", "destroy"]) {
      expect((await run(`${verb} --yes --skip-preview --run-program`)).stderr).toContain(missing);
      expect(await run(`${verb} --yes --skip-preview`)).toMatchObject({ exitCode: 0, stderr: "" });
    }
  });

  it("keep what the state is encrypted with where the settings do not say it any more", async () => {
    const before = settings();
    const salt = /encryptionsalt: \S+\n/.exec(before)?.[0] ?? "";
    line.write("Pulumi.dev.yaml", "secretsprovider: passphrase\n");
    expect((await run("destroy --yes --skip-preview")).exitCode).toBe(0);
    expect(settings()).toBe(salt);

    line.write("Pulumi.dev.yaml", "");
    const keeps = { PULUMI_FALLBACK_TO_STATE_SECRETS_MANAGER: "true" };
    expect((await run("refresh --yes --skip-preview", keeps)).exitCode).toBe(0);
    expect(settings()).toContain(salt);

    line.write("Pulumi.dev.yaml", "");
    expect((await run("refresh --yes --skip-preview")).exitCode).toBe(0);
    expect(settings()).toContain("encryptionsalt: ");
    expect(settings()).not.toContain(salt);
  });

  it("need no project either, where a destroy names the stack: its last update tells the configuration", async () => {
    await run("config set size 3");
    await run("config set --secret token s3cret");
    await record({ name: "group" });
    expect((await run("refresh --yes --skip-preview")).exitCode).toBe(0);
    const elsewhere = mkdtempSync(join(line.folder, "elsewhere-"));
    const outside = (words: string) => run(`${words} --cwd ${elsewhere} --yes --skip-preview`);
    const named = "--stack organization/corpus/dev";
    expect((await outside(`refresh ${named}`)).stderr).toContain("no Pulumi.yaml project file found");
    expect((await outside(`destroy ${named} --run-program`)).exitCode).toBe(1);
    const { exitCode, stdout, stderr } = await outside(`destroy ${named} --remove --diff --show-config`);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(stdout).toMatch(/size: "?3/);
    expect(stdout).toContain("- 1 deleted");
    expect(stdout).not.toContain("s3cret");
    expect(readdirSync(elsewhere)).toEqual([]);
    expect(settings()).toContain("corpus:size");
    expect((await run("stack select dev")).exitCode).toBe(6);
  });

  it("do demand a project before a login and a stack, as do all that run the program", async () => {
    const nowhere = mkdtempSync(join(line.folder, "nowhere-"));
    const errorOf = async (verb: string) =>
      (await run(`${verb} --cwd ${nowhere}`, { PULUMI_BACKEND_URL: "" })).stderr;
    const problem = `error: no Pulumi.yaml project file found (searching upwards from ${nowhere}). If you have not created a project yet, use \`pulumi new\` to do so: no project file found`;
    for (const verb of ["preview", "up", "refresh"]) expect(await errorOf(verb)).toContain(`${problem}\n`);
    expect(await errorOf("destroy")).not.toContain(problem);
    writeFileSync(join(nowhere, "main.tf"), "");
    expect(await errorOf("up")).toContain(
      `${problem} however, a Terraform configuration file was detected. `,
    );
  });

  it("say what protection kept, also where more is excluded", async () => {
    await record({ name: "kept", protect: true }, { name: "excluded" }, { name: "gone" });
    const { stdout } = await run(
      `destroy --yes --skip-preview --exclude-protected --exclude ${urnOf("excluded")}`,
    );
    expect(stdout).toContain("- 1 deleted");
    expect(stdout).toContain(
      "All unprotected resources were destroyed. There are still 1 protected resources",
    );
  });

  it("tell with --output json how it went, and nothing else", async () => {
    await record({ name: "group" });
    const refreshed = await run("refresh --yes --skip-preview --output json");
    const resource = { urn: urnOf("group"), type: TYPE, name: "group" };
    expect(JSON.parse(refreshed.stdout)).toMatchObject({
      result: "succeeded",
      summary: { same: 1 },
      resources: [{ ...resource, op: "refresh" }],
    });
    const destroyed = await run("destroy --yes --skip-preview --output json");
    expect(JSON.parse(destroyed.stdout)).toMatchObject({
      result: "succeeded",
      duration: expect.any(Number),
      summary: { delete: 1 },
      resources: [{ ...resource, op: "delete" }],
    });
  });

  it("remove the stack with its settings, silently where JSON is asked for", async () => {
    await record({ name: "group" });
    const { exitCode, stdout } = await run("destroy --yes --skip-preview --remove --json");
    expect(exitCode).toBe(0);
    expect(stdout).not.toContain("configuration removed");
    expect((await line.run("stack ls")).stdout).not.toContain("dev");
    expect(settings).toThrow("ENOENT");
  });
});
