import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { main } from "../../src/cli/main.ts";
import { CliProject } from "./cli-project.ts";
import { testProcess } from "./test-process.ts";

const source = `
const fs = require("fs");
const pulumi = require("@pulumi/pulumi");
const random = require("@pulumi/random");
const wish = JSON.parse(fs.readFileSync("wish.json", "utf8"));
if (wish.mark) fs.writeFileSync(wish.mark, "");
if (wish.fail) throw new pulumi.RunError(wish.fail);
class Group extends pulumi.ComponentResource {
  constructor(name, opts) { super("test:index:Group", name, {}, opts); this.registerOutputs({}); }
}
const group = new Group("group", { protect: wish.protect });
const pet = new random.RandomPet("pet", { keepers: { size: wish.size } }, { parent: group });
if (wish.free) new Group("free");
module.exports = { size: wish.size, pet: pet.id, leak: new pulumi.Config().get("key") };
`;

const urnOf = (type: string) => `urn:pulumi:dev::shop::${type}::some`;

describe("the operations of the command line", () => {
  let project: CliProject;
  let folder = "";
  const env = () => project.env;
  const wish = (content: object) => project.wish(content);
  const run: CliProject["run"] = (line, wishes) => project.run(line, wishes);

  beforeAll(async () => {
    project = new CliProject("operations", source);
    folder = project.folder;
    expect((await run("stack init dev")).stderr).toBe("Created stack 'dev'\n");
    expect((await run(["config", "set", "--secret", "key", "--", "hush-hush"])).exitCode).toBe(0);
  });
  afterAll(() => project.remove());
  beforeEach(() => wish({ size: "1" }));

  it("previews as JSON", async () => {
    const { exitCode, stdout } = await run("preview --json");
    expect(exitCode).toBe(0);
    const { steps, changeSummary } = JSON.parse(stdout) as {
      steps: { op: string; urn: string }[];
      changeSummary: object;
    };
    expect(changeSummary).toEqual({ create: 3 });
    expect(steps.map(({ op }) => op)).toEqual(["create", "create", "create"]);
  });

  it("asks before it acts, and takes no for an answer", async () => {
    const { exitCode, stdout, stderr } = await run("up", { isTTY: true, stdin: "no\n" });
    expect(exitCode).toBe(8);
    expect(stdout).toContain("Do you want to perform this update?");
    expect(stdout).not.toContain("info: ");
    expect(stdout).toContain("confirmation declined, not proceeding with the update\n");
    expect(stderr).toBe("");
  });

  it("shows plain lines on the terminal of a build", async () => {
    const test = (more: object) =>
      testProcess({ isTTY: true, cwd: join(folder, "program"), env: { ...env(), ...more } });
    const [person, build] = [test({ TERM: "xterm" }), test({ TERM: "xterm", CI: "true" })];
    for (const { process } of [person, build]) expect(await main(["preview"], process)).toBe(0);
    expect(person.stdout()).toContain("\u001b[0J");
    expect(build.stdout()).not.toContain("\u001b[0J");
    expect(build.stdout()).toContain("create");
  });

  it("refuses to guess where nobody can be asked", async () => {
    const { exitCode, stderr } = await run("up --non-interactive");
    expect(exitCode).toBe(2);
    expect(stderr).toContain("--yes or --skip-preview or --preview-only must be passed in");
  });

  it("previews, asks and updates; secrets of the configuration stay hidden", async () => {
    const { exitCode, stdout } = await run("up", { isTTY: true, stdin: "yes\n" });
    expect(exitCode).toBe(0);
    expect(stdout).toContain("Previewing update (dev):");
    expect(stdout).toContain("+ 3 created");
    expect(stdout).toContain("[secret]");
    expect(stdout).not.toContain("hush-hush");
  });

  it("logs the events it shows", async () => {
    const log = join(folder, "events.jsonl");
    const { stdout } = await run(["up", "--yes", "--skip-preview", "--json", "--event-log", log]);
    const kinds = readFileSync(log, "utf8")
      .trim()
      .split("\n")
      .map((line) => Object.keys(JSON.parse(line) as object)[2]);
    expect(kinds[0]).toBe("preludeEvent");
    expect(kinds.at(-1)).toBe("cancelEvent");
    expect(stdout.trim().split("\n")).toHaveLength(kinds.length);
  });

  it("keeps a plan and holds an update to it", async () => {
    const plan = join(folder, "plan.json");
    const saved = await run(["preview", "--save-plan", plan]);
    expect(saved.stderr).toBe(
      `Update plan written to '${plan}'\nRun \`pulumi up --plan='${plan}'\` to constrain the update to the operations planned by this preview\n`,
    );
    wish({ size: "5" });
    const refused = await run(["up", "--yes", "--plan", plan]);
    expect(refused.exitCode).toBe(1);
    expect(refused.stdout).toContain("violates plan: properties changed: =~keepers[{map[size:{5}]}]");
    expect(refused.stdout).not.toContain("Updating");
    wish({ size: "1" });
    expect((await run(["up", "--yes", "--skip-preview", "--plan", plan])).exitCode).toBe(0);
    expect((await run(["preview", "--json", "--save-plan", plan, "--show-secrets"])).stderr).toBe("");
    expect((await run("up --yes --strict")).exitCode).toBe(0);
  });

  it("says what is wrong with a plan", async () => {
    const plan = join(folder, "broken.json");
    writeFileSync(plan, "[]");
    expect((await run(["up", "--yes", "--plan", plan])).stderr).toContain(
      `error: ${plan}: plan must be an object`,
    );
    expect((await run("up --yes --plan nowhere.json")).stderr).toBe(
      "error: open nowhere.json: no such file or directory\n",
    );
    expect((await run("up --yes --skip-preview --strict")).stderr).toContain(
      "--strict cannot be used with --skip-preview",
    );
  });

  it("fails with its own exit code when changes were not expected", async () => {
    wish({ size: "2" });
    const preview = await run("preview --expect-no-changes --diff");
    expect(preview.exitCode).toBe(7);
    expect(preview.stderr).toBe("error: no changes were expected but changes were proposed\n");
    expect(preview.stdout).toContain("+-random:index/randomPet:RandomPet: (replace)");
    const up = await run("up --yes --skip-preview --expect-no-changes");
    expect(up.exitCode).toBe(7);
    expect(up.stderr).toBe("error: no changes were expected but changes occurred\n");
    expect((await run("up --yes --skip-preview --expect-no-changes")).exitCode).toBe(0);
  });

  it("stops after a preview that failed", async () => {
    wish({ fail: "no such shop" });
    const { exitCode, stdout } = await run("up --yes");
    expect(exitCode).toBe(1);
    expect(stdout).toContain("error: no such shop");
    expect(stdout).not.toContain("Updating");
  });

  it("sets configuration first, and shows URNs, when asked to", async () => {
    const { stdout, exitCode } = await run(
      "preview -c shop:colour=blue=ish --config deep.list[0]=7 --config-path --urns --diff=false",
    );
    expect(exitCode).toBe(0);
    expect(stdout).toContain("urn:pulumi:dev::shop::pulumi:pulumi:Stack::shop-dev");
    expect((await run("config get colour")).stdout).toBe("blue=ish\n");
    expect((await run("config get --path deep.list[0] --json")).stdout).toContain('"value": "7"');
    await run("preview --config shop:colour=plain");
    expect((await run("config get colour")).stdout).toBe("plain\n");
    expect((await run("preview --output json")).stdout).toMatch(/^\{/);
  });

  it("refuses flags that exclude each other, and words that mean nothing to it", async () => {
    const refusals = [
      ["preview -t a -x b", "if any flags in the group [target exclude] are set none of the others can be"],
      ["preview --output yaml", 'invalid --output value "yaml" (expected "default" or "json")'],
      ["preview --json --output json", "if any flags in the group [json output] are set none of the others"],
      ["preview here", 'unknown command "here" for "pulumi preview"'],
      ["up https://example.org/template --yes", "this engine makes no projects from templates"],
      [
        "destroy --yes --ignore-protect --exclude-protected",
        "if any flags in the group [exclude-protected ignore-protect] are set none of the others can be",
      ],
      ["up --yes --lock-timeout soon", 'invalid argument "soon" for "--lock-timeout"'],
    ] as const;
    for (const [line, message] of refusals) {
      const { exitCode, stderr } = await run(line);
      expect({ line, exitCode }).toEqual({ line, exitCode: 1 });
      expect(stderr).toContain(message);
    }
  });

  it("says what is missing of a resource to import", async () => {
    const problems = [
      ["import", "missing type, name, and id"],
      ["import fake:index:Thing", "missing name and id"],
      ["import fake:index:Thing a", "missing id"],
      ["import fake:index:Thing a 1 more", "only expected at most three arguments"],
      ["import a:b:C d e --file x.json", "may not be specified in conjunction with an import file"],
      ["import --file list.json --parent p=urn", "may not be specified in conjunction with an import file"],
      ["import a:b:C d e --parent p=nonsense", "error: invalid parent URN: 'p=nonsense'\n"],
      [
        "import a:b:C d e --provider p=nonsense",
        "the provider 'provider' for resource 'd' of type 'a:b:C' is not",
      ],
      [
        `import a:b:C d e --parent p=${urnOf("x:y:Z")} --provider p=${urnOf("pulumi:providers:x")}`,
        "error: provider and parent must have distinct names, both were 'p'\n",
      ],
    ] as const;
    for (const [line, message] of problems) {
      const { exitCode, stderr } = await run(line);
      expect({ line, exitCode }).toEqual({ line, exitCode: 1 });
      expect(stderr).toContain(message);
    }
  });

  it("cannot both only look and not look", async () => {
    for (const flag of ["skip-preview", "yes"]) {
      const { exitCode, stderr } = await run(`refresh --preview-only --${flag}`);
      expect(exitCode).toBe(1);
      expect(stderr).toBe(`error: --${flag} and --preview-only cannot be used together\n`);
    }
  });

  it("waits for the lock, then fails as without waiting", async () => {
    const locks = join(folder, "state/.pulumi/locks/organization/shop/dev");
    mkdirSync(locks, { recursive: true });
    const holder = { pid: 1, username: "ann", hostname: "elsewhere", timestamp: "2026-01-01T00:00:00Z" };
    writeFileSync(join(locks, "other.json"), JSON.stringify(holder));
    const { exitCode, stderr } = await run("refresh --yes --skip-preview --lock-timeout 60ms");
    expect(exitCode).toBe(1);
    const [notice, who, error] = stderr.split("\n");
    expect(notice).toBe("waiting for the lock of the stack, for at most 0.06s:");
    expect(who).toContain("created by ann@elsewhere (pid 1) at 2026-01-01T00:00:00Z");
    expect(error).toMatch(/^error: the stack is currently locked by 1 lock\(s\)/);
    expect((await run("cancel --yes")).exitCode).toBe(0);
  });

  it("refreshes, or only shows what a refresh would find", async () => {
    const preview = await run("refresh --preview-only --target **pet");
    expect(preview.exitCode).toBe(0);
    expect(preview.stdout).toContain("Previewing refresh (dev):");
    expect((await run("refresh --yes --skip-preview")).stdout).toContain("Refreshing (dev):");
  });

  it("imports from the command line and from a file, and says what is wrong with either", async () => {
    expect((await run("import --file nowhere.json")).stderr).toContain("could not read import file");
    const imported = await run(
      "import random:index/randomPassword:RandomPassword pw secret-one --protect=false --yes --skip-preview",
    );
    expect(imported.stdout).toContain("= 1 imported");
    expect(imported.exitCode).toBe(0);
    expect(imported.stdout).not.toContain("secret-one");
    expect(imported.stdout).toContain(
      "will cause Pulumi to report that an update will happen on the next update command.\n\n" +
        'import * as pulumi from "@pulumi/pulumi";\nimport * as random from "@pulumi/random";\n\n' +
        'const pw = new random.RandomPassword("pw", {\n    length: 10,\n',
    );
    expect(imported.stderr).toContain("without the package's schema");
  });

  it("makes the file for the code of an import also where it only looks", async () => {
    const previewed = await run(
      "import random:index/randomPassword:RandomPassword other secret-two --preview-only --out code.ts",
    );
    expect(previewed.exitCode).toBe(0);
    expect(readFileSync(join(folder, "program/code.ts"), "utf8")).toBe("");
    const without = "import a:b:C d e --preview-only --out none.ts --generate-code=false";
    expect((await run(without)).stderr).toContain("Output file will not be used");
    expect(existsSync(join(folder, "program/none.ts"))).toBe(false);
  });

  it("leaves what is protected, and what that needs", async () => {
    wish({ size: "2", protect: true, free: true });
    expect((await run("up --yes --skip-preview")).exitCode).toBe(0);
    const some = await run("destroy --yes --skip-preview --exclude-protected");
    expect(some.stdout).toMatch(
      /All unprotected resources were destroyed. There are still \d protected resources/,
    );
    const none = await run("destroy --yes --exclude-protected");
    expect(none.stdout).toMatch(
      /^There were no unprotected resources to destroy. There are still \d protected/,
    );
    wish({ size: "2", protect: false });
    expect((await run("up --yes --skip-preview")).exitCode).toBe(0);
  });

  it("ends gracefully when it is interrupted", async () => {
    const { exitCode, stdout } = await run("up --yes --skip-preview", { signal: AbortSignal.abort() });
    expect(exitCode).toBe(1);
    expect(stdout).toContain("error: update canceled");
  });

  it("needs a word where nobody can be asked", async () => {
    const message = "must be passed in to proceed when running in non-interactive mode\n";
    for (const [verb, exitCode] of [
      ["up", 2],
      ["refresh", 1],
      ["destroy", 2],
    ] as const) {
      const refused = await run(verb);
      expect(refused).toMatchObject({ exitCode, stdout: "" });
      expect(refused.stderr).toBe(`error: --yes or --skip-preview or --preview-only ${message}`);
    }
  });

  it("leaves alone what asks for another version of Pulumi", async () => {
    const file = join(folder, "program/Pulumi.yaml");
    const project = readFileSync(file, "utf8");
    writeFileSync(file, `${project}requiredPulumiVersion: ">=4.0.0"\n`);
    for (const verb of ["preview", "up --yes", "refresh --yes", "destroy --yes"]) {
      expect(await run(verb)).toEqual({
        exitCode: 1,
        stdout: "",
        stderr: 'error: Pulumi CLI version 3.260.0 does not satisfy the version range ">=4.0.0"\n',
      });
    }
    writeFileSync(file, project);
  });

  it("destroys, and removes the stack when asked to", async () => {
    const preview = await run("destroy --preview-only");
    expect(preview.stdout).not.toContain("If you want to remove the stack completely");
    const kept = await run("destroy --yes --skip-preview");
    expect(kept.stdout).toContain("run `pulumi stack rm dev`");
    const contradicted = await run("destroy --yes -t urn:x --exclude-protected");
    expect(contradicted.stderr).toBe("error: you cannot specify --target and --exclude-protected\n");
    const removed = await run("destroy --yes --skip-preview --remove");
    expect(removed.stdout).toContain("deleted, and the history and configuration removed.\n");
    expect(existsSync(join(folder, "program/Pulumi.dev.yaml"))).toBe(false);
    expect((await run("up --yes --stack dev")).exitCode).toBe(6);
  });

  it("previews refreshes and destroys as one JSON object", async () => {
    await run("stack init listed");
    expect((await run("up --yes --skip-preview --stack listed")).exitCode).toBe(0);
    for (const [verb, changes] of [
      ["destroy", { delete: 3 }],
      ["refresh", { same: 3 }],
    ] as const) {
      const { stdout } = await run(`${verb} --preview-only --json --stack listed`);
      expect(JSON.parse(stdout)).toMatchObject({ changeSummary: changes });
    }
  });

  it("streams the events of a preview where the environment asks for it", async () => {
    const streaming = { ...env(), PULUMI_ENABLE_STREAMING_JSON_PREVIEW: "True" };
    const test = testProcess({ cwd: join(folder, "program"), env: streaming });
    expect(await main("preview --json --stack listed".split(" "), test.process)).toBe(0);
    const events = test.stdout().trimEnd().split("\n");
    expect(events.map((line) => (JSON.parse(line) as { sequence: number }).sequence)).toEqual(
      events.map((_, index) => index),
    );
  });

  it("removes the stack in silence where JSON is wanted", async () => {
    await run("stack init shortlived");
    const { exitCode, stdout } = await run("destroy --yes --skip-preview --remove --json --stack shortlived");
    expect(exitCode).toBe(0);
    expect(stdout).not.toContain("history and configuration removed");
    expect(existsSync(join(folder, "program/Pulumi.shortlived.yaml"))).toBe(false);
    expect((await run("stack ls --json")).stdout).not.toContain("shortlived");
  });

  it("does not run the program where the state cannot be read", async () => {
    await run("stack init damaged");
    const mark = join(folder, "mark");
    wish({ size: "1", mark });
    const state = join(folder, "state/.pulumi/stacks/shop/damaged.json");
    const whole = readFileSync(state);
    writeFileSync(state, whole.subarray(1));
    for (const line of ["preview --stack damaged", "up --yes --stack damaged"]) {
      const { exitCode, stderr } = await run(line);
      expect({ exitCode, stderr }).toEqual({
        exitCode: 1,
        stderr: expect.stringContaining("is not valid JSON"),
      });
    }
    expect(existsSync(mark)).toBe(false);
    writeFileSync(state, whole);
    expect((await run("preview --stack damaged")).exitCode).toBe(0);
    expect(existsSync(mark)).toBe(true);
  });

  it("says which passphrase problem it has", async () => {
    const test = testProcess({
      cwd: join(folder, "program"),
      env: { ...env(), PULUMI_CONFIG_PASSPHRASE: undefined },
    });
    await run("stack init other");
    expect(await main(["preview", "--stack", "other", "--non-interactive"], test.process)).toBe(1);
    expect(test.stderr()).toContain(
      "error: getting stack configuration: get stack secrets manager: passphrase must be set with",
    );
  });
});
