import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { Secret } from "../../../src/protocol/property-value.ts";
import { newManifest } from "../../../src/state/integrity.ts";
import { type ResourceState, resourceState } from "../../../src/state/resource.ts";
import { CommandLine } from "./command-line.ts";

const urnIn = (stack: string, name: string, type = "fake:index:Thing") =>
  `urn:pulumi:${stack}::corpus::${type}::${name}`;
const urn = (name: string, type?: string) => urnIn("dev", name, type);
const ROOT = urn("corpus-dev", "pulumi:pulumi:Stack");
const PROVIDER = urn("default", "pulumi:providers:fake");
const thing = (name: string, fields: Partial<ResourceState> = {}) =>
  resourceState({
    ...{ urn: urn(name), type: "fake:index:Thing", custom: true, id: `${name}-id` },
    ...{ parent: ROOT, provider: `${PROVIDER}::p1` },
    ...fields,
  });
const root = resourceState({ urn: ROOT, type: "pulumi:pulumi:Stack", custom: false });
const provider = resourceState({ urn: PROVIDER, type: "pulumi:providers:fake", custom: true, id: "p1" });

let line: CommandLine;

async function resources(stack = "dev"): Promise<readonly ResourceState[]> {
  return (await (await line.store(stack)).load()).resources;
}

async function save(...states: ResourceState[]): Promise<void> {
  const store = await line.store();
  await store.saveUnchecked({
    ...(await store.loadUnchecked()),
    manifest: newManifest(new Date()),
    resources: states,
  });
}

beforeEach(async () => {
  line = new CommandLine();
  await line.run("stack init dev");
});

describe("state taint and untaint", () => {
  it("mark resources for replacement and take it back", async () => {
    await save(root, provider, thing("a"), thing("b"));
    expect(await line.run(`state taint ${urn("a")} ${urn("b")} --yes`)).toEqual({
      exitCode: 0,
      stdout: "2 resources tainted\n",
      stderr: "",
    });
    expect((await resources()).filter(({ taint }) => taint)).toHaveLength(2);
    expect((await line.run(`state untaint ${urn("a")}`)).stdout).toBe("1 resources untainted\n");
    expect((await line.run("state untaint --all")).stdout).toBe("All resources untainted\n");
    expect((await resources()).some(({ taint }) => taint)).toBe(false);
    expect((await line.run("state taint --all")).exitCode).toBe(1);
    expect((await line.run("state taint")).stderr).toContain("Must supply <resource URN>");
  });
});

describe("state move", () => {
  const moved = "Successfully moved resources from organization/corpus/dev to organization/corpus/test\n";

  beforeEach(async () => {
    await line.run("stack init test --no-select");
  });

  it("takes resources, their children and their provider to another stack, secrets encrypted anew", async () => {
    const group = resourceState({
      urn: urn("g", "my:index:Group"),
      type: "my:index:Group",
      custom: false,
      parent: ROOT,
    });
    const child = thing("child", {
      urn: urn("child", "my:index:Group$fake:index:Thing"),
      parent: group.urn,
      inputs: { key: new Secret("hush") },
      dependencies: [urn("base")],
      propertyDependencies: { size: [urn("base")] },
    });
    const user = thing("user", { dependencies: [child.urn], deletedWith: child.urn });
    await save(root, provider, thing("base"), group, child, user);
    const run = await line.run(`state move --source dev --dest test ${group.urn} ${urn("nowhere")}`);
    expect(run.exitCode).toBe(0);
    expect(run.stdout).toContain(`warning: Resource ${urn("nowhere")} not found in source stack\n`);
    expect(run.stdout).toContain(`organization/corpus/test:\n\n  - ${group.urn}\n  - ${child.urn}\n\n`);
    expect(run.stdout).toContain(`  - ${user.urn} has a dependency on ${child.urn}\n`);
    expect(run.stdout).toContain(`  - ${user.urn} is marked as deleted with ${child.urn}\n`);
    expect(run.stdout).toContain(`  - ${child.urn} (size) has a property dependency on ${urn("base")}\n`);
    expect(run.stdout.endsWith(moved)).toBe(true);
    expect((await resources()).map((resource) => resource.urn)).toEqual([
      ROOT,
      PROVIDER,
      urn("base"),
      user.urn,
    ]);
    expect((await resources()).at(-1)).toMatchObject({ dependencies: [], deletedWith: "" });
    const arrived = await resources("test");
    const testProvider = urnIn("test", "default", "pulumi:providers:fake");
    expect(arrived.map((resource) => resource.urn)).toEqual([
      urnIn("test", "corpus-test", "pulumi:pulumi:Stack"),
      testProvider,
      urnIn("test", "g", "my:index:Group"),
      urnIn("test", "child", "my:index:Group$fake:index:Thing"),
    ]);
    expect(arrived.at(-1)).toMatchObject({
      provider: `${testProvider}::p1`,
      parent: urnIn("test", "g", "my:index:Group"),
      dependencies: [],
      inputs: { key: new Secret("hush") },
    });
  });

  it("uses the provider that was moved before, and refuses what is there already", async () => {
    await save(root, provider, thing("a"), thing("b"));
    await line.run(`state move --dest test ${urn("a")}`);
    await line.run(`state move --dest test ${urn("b")}`);
    expect((await resources("test")).map(({ id }) => id)).toEqual(["", "p1", "a-id", "b-id"]);
    await save(root, provider, thing("a"));
    expect(await line.run(`state move --dest test ${urn("a")}`)).toEqual({
      exitCode: 1,
      stdout:
        "Planning to move the following resources from organization/corpus/dev to organization/corpus/test:\n" +
        `\n  - ${urn("a")}\n\n`,
      stderr: `error: resource ${urnIn("test", "a")} already exists in destination stack\n`,
    });
    await save(
      root,
      { ...provider, id: "p2", inputs: { region: "x" } },
      thing("c", { provider: `${PROVIDER}::p2` }),
    );
    expect((await line.run(`state move --dest test ${urn("c")}`)).stderr).toContain(
      `provider ${urnIn("test", "default", "pulumi:providers:fake")} already exists in destination stack`,
    );
    await save(root, { ...provider, id: "p2" }, thing("c", { provider: `${PROVIDER}::p2` }));
    expect((await line.run(`state move --dest test ${urn("c")}`)).exitCode).toBe(0);
    expect((await resources("test")).at(-1)?.provider).toMatch(/::p1$/);
  });

  it("takes the parents along when asked to", async () => {
    const group = resourceState({
      urn: urn("g", "my:index:Group"),
      type: "my:index:Group",
      custom: false,
      parent: ROOT,
    });
    const child = thing("c", { urn: urn("c", "my:index:Group$fake:index:Thing"), parent: group.urn });
    await save(root, provider, group, child);
    await line.run(`state move --dest test --include-parents ${child.urn}`);
    expect(await resources()).toHaveLength(2);
    expect(await resources("test")).toHaveLength(4);
  });

  it("says what it does not find, and where to look", async () => {
    await save(root, provider, thing("a"));
    const found = await line.run(`state move --dest test ${urn("x")} ${urn("a")}`);
    expect(found.stdout).toMatch(/^warning: Resource \S+::x not found in source stack\nPlanning to move /);
    const lost = await line.run(`state move --dest test ${urn("x")}`);
    expect(lost).toEqual({
      exitCode: 1,
      stdout: `warning: Resource ${urn("x")} not found in source stack\n`,
      stderr:
        "error: no resources found to move\nTo list the resource URNs in the stack, run " +
        "`pulumi stack --show-urns --stack organization/corpus/dev`; to inspect the full state, run " +
        "`pulumi stack export --stack organization/corpus/dev`.\n",
    });
  });

  it("takes along the extensions that moved resources need, and leaves those that others do", async () => {
    const extension = (name: string) => ({ name, version: "1.0.0", value: "" });
    const extended = (name: string, ref: string) => thing(name, { unknownFields: { extensionRef: ref } });
    await save(root, provider, extended("a", "both"), extended("b", "own"), extended("c", "both"));
    const extensions = { both: extension("both"), own: extension("own") };
    const store = await line.store();
    await store.save({ ...(await store.load()), unknownFields: { extensions } });
    expect((await line.run(`state move --dest test ${urn("a")} ${urn("b")}`)).exitCode).toBe(0);
    const recorded = async (stack: string) =>
      (await (await line.store(stack)).load()).unknownFields["extensions"];
    expect(await recorded("test")).toEqual(extensions);
    expect(await recorded("dev")).toEqual({ both: extensions.both });
    await save(root, provider, extended("d", "lost"));
    expect((await line.run(`state move --dest test ${urn("d")}`)).stderr).toContain(
      "source snapshot is missing extension blob(s) [lost] referenced by moved resources",
    );
  });

  it("says what it cannot move", async () => {
    await save(root, provider, thing("a"));
    const messages = [
      [`state move ${urn("a")}`, "at least one of --source or --dest must be provided"],
      ["state move --dest test", "requires at least 1 arg(s), only received 0"],
      [`state move --dest dev ${urn("a")}`, `resource ${urn("a")} already exists in destination stack`],
      [`state move --dest test ${PROVIDER}`, "cannot move providers."],
      [`state move --dest test ${urn("x")}`, "no resources found to move"],
      [`state move --dest organization/other/x ${urn("a")}`, "no stack named 'organization/other/x' found"],
    ] as const;
    for (const [command, message] of messages) expect((await line.run(command)).stderr).toContain(message);
    const refused = await line.run(`state move --dest test ${urn("a")}`, { terminal: true, stdin: "no\n" });
    expect(refused.stdout).toContain("Confirmation denied, not proceeding with the state move\n");
    expect(await resources("test")).toEqual([]);
    await (await line.store("dev")).lock();
    expect((await line.run(`state move --dest test ${urn("a")}`)).stderr).toContain(
      "the stack is currently locked",
    );
  });
});

describe("state repair", () => {
  it("leaves a valid state alone", async () => {
    await save(root, provider, thing("a"));
    expect(await line.run("state repair --yes")).toEqual({
      exitCode: 0,
      stdout: "The snapshot is already valid; skipping repair\n",
      stderr: "",
    });
  });

  it("sorts what is out of order and drops references to what is gone", async () => {
    const orphan = thing("orphan", {
      urn: urn("orphan", "my:index:Group$fake:index:Thing"),
      parent: urn("gone", "my:index:Group"),
      dependencies: [urn("gone"), urn("a")],
      propertyDependencies: { size: [urn("gone")] },
      deletedWith: urn("gone"),
      replaceWith: [urn("gone")],
    });
    const old = thing("a", { delete: true, dependencies: [urn("gone")] });
    await save(orphan, root, thing("a"), old, provider);
    const run = await line.run("state repair");
    expect(run.exitCode).toBe(0);
    expect(run.stdout).toContain(
      "The following resources will be reordered to appear before their dependents:\n\n",
    );
    expect(run.stdout).toContain(
      `~ ${orphan.urn}\n  ~ ${urn("orphan")} [urn]\n  - ${orphan.parent} [parent]\n  - ${urn("gone")} [dependency]\n` +
        `  - ${urn("gone")} [property dependency: size]\n  - ${urn("gone")} [deleted with]\n  - ${urn("gone")} [replace with]\n`,
    );
    expect(run.stdout).toContain(`~ ${urn("a")} (deleted)\n`);
    expect(run.stdout.endsWith("State repaired successfully\n")).toBe(true);
    const repaired = await resources();
    expect(repaired).toHaveLength(5);
    expect(repaired.find(({ id }) => id === "orphan-id")).toMatchObject({
      urn: urn("orphan"),
      parent: "",
      dependencies: [urn("a")],
    });
  });

  it("changes nothing where a person says no, and where it cannot help", async () => {
    await save(root, thing("a"), provider);
    const refused = await line.run("state repair", { terminal: true, stdin: "no\n" });
    expect(refused.stdout).toContain("Confirmation denied, not proceeding with state repair\n");
    await save(
      root,
      provider,
      thing("a", { dependencies: [urn("b")] }),
      thing("b", { dependencies: [urn("a")] }),
    );
    const cyclic = await line.run("state repair --yes");
    expect(cyclic.exitCode).toBe(1);
    expect(cyclic.stderr).toContain(
      "Failed to repair the snapshot automatically: snapshot has cyclic dependencies\n",
    );
    await save(root, thing("a"));
    expect((await line.run("state repair --yes")).stderr).toContain("refers to unknown provider");
    await save(root, thing("a", { provider: "nonsense" }));
    expect((await line.run("state repair --yes")).stderr).toContain("failed to parse provider reference");
  });
});

describe("state edit", () => {
  function editor(body: string): { env: { EDITOR: string } } {
    const path = join(line.folder, "editor.cjs");
    const script = `#!${process.execPath}\nconst fs = require("fs"); const file = process.argv[2]; const text = fs.readFileSync(file, "utf8");\n${body}`;
    writeFileSync(path, script);
    chmodSync(path, 0o755);
    return { env: { EDITOR: path } };
  }
  const person = (stdin: string) => ({ terminal: true, stdin });

  beforeEach(() => save(root, provider, thing("a", { inputs: { key: new Secret("hush") } })));

  it("writes what the editor made of it, and shows no secret", async () => {
    const { env } = editor('fs.writeFileSync(file, text.replace("a-id", "other-id"));');
    const run = await line.run("state edit", { ...person("accept\n"), env });
    expect(run.exitCode).toBe(0);
    expect(run.stdout).toContain("Previewing state edit (organization/corpus/dev)\n\nNew state:\n");
    expect(run.stdout).not.toContain("hush");
    expect((await resources()).at(-1)).toMatchObject({ id: "other-id", inputs: { key: new Secret("hush") } });
  });

  it("goes back to the start, and again into the editor, as asked", async () => {
    const { env } = editor(
      `const count = ${JSON.stringify(join(line.folder, "count"))};
       const round = fs.existsSync(count) ? 2 : 1; fs.writeFileSync(count, "");
       fs.writeFileSync(file, round === 1 ? text.replace("a-id", "first") : text);`,
    );
    const run = await line.run("state edit", { ...person("reset\n"), env });
    expect(run.stderr).toBe("warning: provided state was not changed\n");
    expect((await resources()).at(-1)?.id).toBe("a-id");
  });

  it("refuses a state that is not valid, and what changed meanwhile", async () => {
    const broken = editor('fs.writeFileSync(file, "{");');
    const run = await line.run("state edit", { ...person("cancel\n"), ...broken });
    expect(run.stderr).toContain("error: provided state is not valid:");
    expect(run.stdout).toContain("Received invalid state. What would you like to do? [edit/reset/cancel] ");
    expect(run.stderr).toContain("confirmation cancelled, not proceeding with the state edit");
    const state = join(line.folder, "state/.pulumi/stacks/corpus/dev.json");
    const rival = editor(
      `fs.writeFileSync(file, text.replace("a-id", "mine"));
       const state = ${JSON.stringify(state)}; fs.writeFileSync(state, fs.readFileSync(state, "utf8").replace("a-id", "theirs"));`,
    );
    const late = await line.run("state edit", { ...person("accept\n"), ...rival });
    expect(late.stderr).toContain("the state was changed by another process");
    expect((await resources()).at(-1)?.id).toBe("theirs");
  });

  it("needs a person and an editor that works", async () => {
    expect((await line.run("state edit")).stderr).toContain("must be run in interactive mode");
    expect((await line.run("state edit", { terminal: true, env: { EDITOR: "" } })).stderr).toContain(
      "no EDITOR environment variable set",
    );
    expect((await line.run("state edit", { terminal: true, env: { EDITOR: "false" } })).stderr).toContain(
      "Failed to exec EDITOR: exit status 1",
    );
    expect((await line.run("state edit", { terminal: true, env: { EDITOR: "/no/such" } })).stderr).toContain(
      "Failed to exec EDITOR: spawn",
    );
  });
});

describe("state upgrade", () => {
  const base = () => join(line.folder, "state/.pulumi");

  it("moves stacks of the old layout below the project that their resources name", async () => {
    await save(root, provider, thing("a"));
    await line.run("stack init test --no-select");
    renameSync(join(base(), "stacks/corpus/dev.json"), join(base(), "stacks/dev.json"));
    renameSync(join(base(), "stacks/corpus/test.json"), join(base(), "stacks/test.json"));
    mkdirSync(join(base(), "history/dev"), { recursive: true });
    writeFileSync(join(base(), "history/dev/dev-1.history.json"), "{}");
    rmSync(join(base(), "meta.yaml"));
    expect((await line.run("stack ls")).stderr).toContain("Legacy DIY state is deprecated");
    expect(await line.run("state upgrade --yes")).toEqual({
      exitCode: 0,
      stdout: "",
      stderr: 'warning: Skipping stack "test": no project name found\nUpgraded 1 stack(s) to project mode\n',
    });
    expect(await resources()).toHaveLength(3);
    expect(readFileSync(join(base(), "meta.yaml"), "utf8")).toBe("version: 1\n");
    expect(readdirSync(join(base(), "history/corpus/dev"))).toContain("dev-1.history.json");
    expect(existsSync(join(base(), "stacks/test.json"))).toBe(true);
  });

  it("has nothing to do in the present layout, and asks first", async () => {
    expect((await line.run("state upgrade --yes")).stderr).toBe("Upgraded 0 stack(s) to project mode\n");
    expect((await line.run("state upgrade", { terminal: true, stdin: "no\n" })).stdout).toContain(
      "Upgrade cancelled\n",
    );
  });
});
