import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { Secret } from "../../../src/protocol/property-value.ts";
import type { UpdateRecord } from "../../../src/state/history.ts";
import { newManifest } from "../../../src/state/integrity.ts";
import {
  emptySnapshot,
  type ResourceState,
  resourceState,
  type Snapshot,
} from "../../../src/state/resource.ts";
import { CommandLine } from "./command-line.ts";

const ok = (stdout: string, stderr = "") => ({ exitCode: 0, stdout, stderr });
const failed = (message: string, exitCode = 1) => ({ exitCode, stdout: "", stderr: `error: ${message}\n` });

const urn = (type: string, name: string, stack = "dev") => `urn:pulumi:${stack}::corpus::${type}::${name}`;
const root = resourceState({
  urn: urn("pulumi:pulumi:Stack", "corpus-dev"),
  type: "pulumi:pulumi:Stack",
  custom: false,
  outputs: {
    big: 9007199254740991,
    list: [1, { a: "b" }],
    none: null,
    secret: new Secret({ deep: "s3" }),
    text: "hello",
  },
});
const provider = resourceState({
  urn: urn("pulumi:providers:fake", "default"),
  type: "pulumi:providers:fake",
  custom: true,
  id: "1",
});
const thing = resourceState({
  urn: urn("fake:index:Thing", "a"),
  type: "fake:index:Thing",
  custom: true,
  id: "a-1",
  parent: root.urn,
  provider: `${provider.urn}::1`,
});

let line: CommandLine;

async function save(...resources: ResourceState[]): Promise<Snapshot> {
  const store = await line.store();
  const { secretsProvider } = await store.load();
  const snapshot = { ...emptySnapshot(secretsProvider), manifest: newManifest(new Date()), resources };
  await store.save(snapshot);
  return snapshot;
}

beforeEach(async () => {
  line = new CommandLine();
  expect(await line.run("stack init dev")).toEqual(ok("", "Created stack 'dev'\n"));
});

describe("stack init", () => {
  it("makes a stack with a salt and selects it", async () => {
    await line.run("stack init new");
    expect(line.read("Pulumi.new.yaml")).toMatch(/^encryptionsalt: v1:.+\n$/);
    const snapshot = await (await line.store("new")).load();
    expect(snapshot.secretsProvider?.state).toEqual({ salt: line.read("Pulumi.new.yaml").slice(16, -1) });
    expect((await line.run("stack --show-name")).stdout).toBe("new\n");
    await line.run("stack init other --no-select");
    expect((await line.run("stack --show-name")).stdout).toBe("new\n");
  });

  it("refuses what is there, has a bad name or another project", async () => {
    expect(await line.run("stack init dev")).toEqual(
      failed("stack 'organization/corpus/dev' already exists"),
    );
    expect(await line.run(["stack", "init", "bad name"])).toEqual(
      failed(
        "a stack name may only contain alphanumeric, hyphens, underscores, or periods: invalid character ' ' at position 3",
      ),
    );
    expect((await line.run("stack init organization/other/dev")).stderr).toContain(
      "doesn't match Pulumi.yaml",
    );
    expect(await line.run("stack init")).toEqual(failed("missing stack name"));
    expect((await line.run("stack init a --stack b")).stderr).toContain("only one of --stack or argument");
    expect((await line.run("stack init a --secrets-provider awskms://x")).stderr).toContain(
      "is not supported",
    );
    expect((await line.run("stack init a --teams b")).exitCode).toBe(2);
  });

  it("copies the configuration of another stack, encrypted anew", async () => {
    await line.run("config set plain one");
    await line.run("config set --secret pw two");
    expect((await line.run("stack init copy --copy-config-from dev")).exitCode).toBe(0);
    expect((await line.run("config get pw --stack copy")).stdout).toBe("two\n");
    expect((await line.run("config get plain --stack copy")).stdout).toBe("one\n");
    expect(line.read("Pulumi.copy.yaml")).not.toContain(line.read("Pulumi.dev.yaml").slice(16, 60));
  });
});

describe("stack select", () => {
  it("makes a stack the one that commands work on", async () => {
    await line.run("stack init other");
    expect(await line.run("stack select --stack dev")).toEqual(ok(""));
    expect((await line.run("stack --show-name")).stdout).toBe("dev\n");
    expect(await line.run("stack select organization/corpus/other")).toEqual(ok(""));
    expect((await line.run("stack --show-name")).stdout).toBe("other\n");
  });

  it("does not know other stacks, but may make them", async () => {
    expect(await line.run("stack select nowhere")).toEqual(failed("no stack named 'nowhere' found", 6));
    expect(await line.run("stack select new --create")).toEqual(ok("", "Created stack 'new'\n"));
    expect((await line.run("stack select")).exitCode).toBe(6);
  });

  it("can be undone", async () => {
    expect(await line.run("stack unselect")).toEqual(ok("", "Stack was unselected\n"));
    expect(await line.run("stack unselect")).toEqual(ok(""));
    expect(await line.run("stack")).toEqual(
      failed("no stack selected; please use `pulumi stack select` or `pulumi stack init` to choose one", 6),
    );
    expect((await line.run("stack --show-name", { env: { PULUMI_STACK: "dev" } })).stdout).toBe("dev\n");
  });
});

describe("stack ls", () => {
  it("lists the project's stacks, or all", async () => {
    await save(root, thing, provider).catch(() => undefined);
    await (await line.backend()).create(
      { organization: "organization", project: "other", stack: "dev" },
      { open: () => Promise.reject(new Error("no")) },
    );
    expect(await line.run("stack ls")).toEqual(
      ok("NAME  LAST UPDATE  RESOURCE COUNT\ndev*  now          3\n"),
    );
    expect((await line.run("stack ls --all")).stdout).toContain("organization/other/dev  n/a          n/a\n");
    expect((await line.run("stack ls --project none")).stdout).toBe("NAME  LAST UPDATE  RESOURCE COUNT\n");
    const json = JSON.parse((await line.run("stack ls --json --all")).stdout) as readonly object[];
    expect(json).toEqual([
      {
        name: "dev",
        current: true,
        lastUpdate: expect.stringMatching(/^[\d-]+T[\d:.]+Z$/),
        resourceCount: 3,
      },
      { name: "organization/other/dev", current: false },
    ]);
  });

  it("lists stacks by tag", async () => {
    await line.run("stack init other");
    await line.run("stack tag set owner ann --stack dev");
    const names = async (tag: string) =>
      (JSON.parse((await line.run(`stack ls --json --tag ${tag}`)).stdout) as { name: string }[]).map(
        ({ name }) => name,
      );
    expect(await names("owner")).toEqual(["dev"]);
    expect(await names("owner=ann")).toEqual(["dev"]);
    expect(await names("owner=bob")).toEqual([]);
  });

  it("needs a project, unless all are asked for", async () => {
    const cwd = line.folder;
    expect((await line.run("stack ls", { cwd })).stderr).toContain("no Pulumi.yaml found");
    expect((await line.run("stack ls --all", { cwd })).stdout).toContain("organization/corpus/dev");
    expect((await line.run("stack --stack organization/corpus/dev --show-name", { cwd })).stdout).toBe(
      "dev\n",
    );
    expect((await line.run("stack --stack dev", { cwd })).stderr).toContain(
      "no Pulumi.yaml project file found",
    );
  });
});

describe("stack", () => {
  it("shows resources as a tree, and outputs", async () => {
    const child = { ...thing, urn: urn("fake:index:Thing$fake:index:Thing", "b"), parent: thing.urn };
    await save(root, provider, thing, child);
    const { stdout } = await line.run("stack");
    expect(stdout.replace(/updated: .*/, "updated: T")).toBe(
      `Current stack is dev:
    Managed by ${hostname()}
    Last updated: T
    Pulumi version used: v3.260.0
Current stack resources (4):
    TYPE                      NAME
    pulumi:pulumi:Stack       corpus-dev
    ├─ fake:index:Thing       a
    │  └─ fake:index:Thing    b
    └─ pulumi:providers:fake  default

Current stack outputs (5):
    OUTPUT  VALUE
    big     9007199254740991
    list    [1,{"a":"b"}]
    none    null
    secret  [secret]
    text    hello

Use \`pulumi stack select\` to change stack; \`pulumi stack ls\` lists known ones
`,
    );
    const detailed = (await line.run("stack --show-urns --show-ids --show-secrets")).stdout;
    expect(detailed).toContain(`    │  │  URN: ${thing.urn}\n    │  │  ID: a-1\n`);
    expect(detailed).toContain(`    │     URN: ${root.urn}`.replace("│     ", "│  "));
    expect(detailed).toContain('secret  {"deep":"s3"}');
  });

  it("shows what it can of a state without root, without outputs or without anything", async () => {
    expect((await line.run("stack")).stdout).toContain(
      "Current stack resources (0):\n    No resources currently in this stack\n\nUse",
    );
    await save(provider);
    expect((await line.run("stack")).stdout).toContain(
      "    TYPE                   NAME\n    pulumi:providers:fake  default\n",
    );
    await save({ ...root, outputs: {} });
    expect((await line.run("stack")).stdout).toContain(
      "Current stack outputs (0):\n    No output values currently in this stack\n",
    );
    await (await line.backend()).create(
      { organization: "organization", project: "corpus", stack: "fresh" },
      { open: () => Promise.reject(new Error("no")) },
    );
    expect((await line.run("stack --stack fresh")).stdout).toContain("    No updates yet; run `pulumi up`\n");
  });
});

describe("stack output", () => {
  it("prints outputs in the form that is asked for", async () => {
    await save(root);
    expect((await line.run("stack output text")).stdout).toBe("hello\n");
    expect((await line.run("stack output")).stdout).toContain("    secret  [secret]\n");
    expect((await line.run("stack output --json")).stdout).toBe(`{
  "big": 9007199254740991,
  "list": [
    1,
    {
      "a": "b"
    }
  ],
  "none": null,
  "secret": "[secret]",
  "text": "hello"
}
`);
    expect((await line.run("stack output secret --json --show-secrets")).stdout).toBe(
      '{\n  "deep": "s3"\n}\n',
    );
    expect((await line.run("stack output --shell --show-secrets")).stdout).toBe(
      `big=9007199254740991\nlist='[1,{"a":"b"}]'\nnone=null\nsecret='{"deep":"s3"}'\ntext=hello\n`,
    );
    expect((await line.run("stack output --shell text")).stdout).toBe("text=hello\n");
  });

  it("needs the passphrase only for secrets that are shown", async () => {
    await save(root);
    const env = { PULUMI_CONFIG_PASSPHRASE: "wrong" };
    expect((await line.run("stack output --json", { env })).exitCode).toBe(0);
    expect((await line.run("stack output --json --show-secrets", { env })).stderr).toContain(
      "incorrect passphrase",
    );
  });

  it("refuses an output that is not there", async () => {
    expect(await line.run("stack output nope")).toEqual(
      failed("current stack does not have output property 'nope'"),
    );
    expect((await line.run("stack output --json")).stdout).toBe("{}\n");
    expect((await line.run("stack output --json --shell")).stderr).toContain(
      "only one of --json and --shell",
    );
  });
});

describe("stack export and import", () => {
  it("carry a state from one to the other", async () => {
    const snapshot = await save(root, provider, thing);
    const plain = (await line.run("stack export")).stdout;
    expect(plain).toMatch(/^\{\n {4}"version": 3,\n {4}"deployment": \{\n {8}"manifest"/);
    expect(plain).not.toMatch(/"s3\\*"/);
    const file = join(line.folder, "state.json");
    expect(await line.run(["stack", "export", "--show-secrets", "--file", file])).toEqual(ok(""));
    expect(readFileSync(file, "utf8")).toContain('"plaintext": "{\\"deep\\":\\"s3\\"}"');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    await save();
    expect(await line.run(["stack", "import", "--file", file])).toEqual(ok("Import complete.\n"));
    expect((await (await line.store()).load()).resources).toStrictEqual(snapshot.resources);
    expect(await line.run("stack import", { stdin: plain })).toEqual(ok("Import complete.\n"));
    expect((await (await line.store()).load()).resources).toStrictEqual(snapshot.resources);
    expect(readFileSync(join(line.folder, "state/.pulumi/stacks/corpus/dev.json"), "utf8")).not.toContain(
      "s3",
    );
  });

  it("refuse a state with errors or of another stack, unless forced", async () => {
    const deployment = {
      manifest: {},
      resources: [
        { urn: urn("t", "x", "prod"), type: "t", custom: true, parent: "gone" },
        { urn: "odd", type: "t", custom: true },
      ],
      pending_operations: [{ resource: { urn: urn("t", "y"), type: "t", custom: true }, type: "creating" }],
    };
    const stdin = JSON.stringify({ version: 3, deployment });
    const refused = await line.run("stack import", { stdin });
    expect(refused).toEqual(
      failed(`4 errors occurred:
    * resource '${urn("t", "x", "prod")}' is from a different stack (prod != dev)
    * resource 'odd' is from a different stack ( != dev)
    * state file contains errors: child resource ${urn("t", "x", "prod")} refers to missing parent gone
    * importing this file could be dangerous; rerun with --force to proceed anyway
`),
    );
    const forced = await line.run("stack import --force", { stdin });
    expect(forced.stdout).toBe("Import complete.\n");
    expect(forced.stderr).toContain("warning: state file contains errors: ");
    expect(forced.stderr).toContain(
      `warning: removing pending operation 'creating' on '${urn("t", "y")}' from snapshot`,
    );
    expect((await line.run("stack")).stderr).toContain("snapshot integrity failure; refusing to use it");
    expect((await line.run("stack export")).exitCode).toBe(0);
  });

  it("say what cannot be read", async () => {
    expect((await line.run("stack import", { stdin: "{}" })).stderr).toContain(
      "standard input: the file is not a Pulumi",
    );
    expect((await line.run("stack import --file none.json")).stderr).toContain("could not open file");
    expect((await line.run("stack export --version 3")).exitCode).toBe(2);
  });
});

describe("stack history", () => {
  const update: UpdateRecord = {
    kind: "update",
    startTime: 1_795_475_652,
    message: "first message",
    environment: { "exec.kind": "cli", empty: " " },
    config: { "corpus:plain": "one", "corpus:list": [1] },
    version: 0,
    result: "succeeded",
    endTime: 1_795_475_656,
    resourceChanges: { create: 2, same: 1 },
  };

  it("lists what was done, for people", async () => {
    expect((await line.run("stack history")).stdout).toBe("Stack has never been updated\n");
    expect((await line.run("stack history --page 2")).stdout).toBe("No stack updates found on page '2'\n");
    const store = await line.store();
    await store.recordUpdate(update);
    expect((await line.run("stack history --full-dates")).stdout).toBe(`Version: 0
UpdateKind: update
Status: succeeded
Message: first message
+2-0~0 1 Updated 2026-11-23 23:14:12.000 +0000 UTC took 4s
    exec.kind: cli

`);
    expect((await line.run("stack history")).stdout).toMatch(/Updated (now|.* (ago|from now)) took 4s/);
  });

  it("lists what was done, for tools", async () => {
    await line.run("config set --secret pw two");
    const { secure } = /secure: (?<secure>.*)/.exec(line.read("Pulumi.dev.yaml"))?.groups ?? {};
    const store = await line.store();
    await store.recordUpdate({ ...update, config: { "corpus:pw": { secure: "v1:old:old" } } });
    await store.recordUpdate({ ...update, config: { ...update.config, "corpus:pw": { secure } } });
    await store.recordUpdate({ ...update, result: "in-progress", config: {} });
    const history = async (flags: string) =>
      JSON.parse((await line.run(`stack history --json ${flags}`)).stdout) as readonly {
        readonly config: unknown;
      }[];
    const [running, latest, first] = await history("--show-secrets");
    expect(running).toEqual({
      version: 0,
      kind: "update",
      startTime: "2026-11-23T23:14:12.000Z",
      message: "first message",
      environment: update.environment,
      config: {},
      result: "in-progress",
    });
    expect(latest).toMatchObject({
      endTime: "2026-11-23T23:14:16.000Z",
      resourceChanges: { create: 2, same: 1 },
      config: {
        "corpus:list": { value: "[1]", objectValue: [1], secret: false },
        "corpus:plain": { value: "one", secret: false },
        "corpus:pw": { value: "two", secret: true },
      },
    });
    expect(first?.config).toEqual({ "corpus:pw": { value: "ERROR_UNABLE_TO_DECRYPT", secret: true } });
    expect((await history("--page-size 1 --page 2"))[0]?.config).toMatchObject({
      "corpus:pw": { secret: true },
    });
    expect(await history("--page-size 1 --page 2")).toHaveLength(1);
    expect((await line.run("stack history --page-size x")).exitCode).toBe(2);
  });
});

describe("stack tag", () => {
  it("keeps texts with a stack", async () => {
    expect(await line.run("stack tag ls")).toEqual(ok("NAME  VALUE\n"));
    await line.run("stack tag set owner ann");
    await line.run("stack tag set area north");
    expect(await line.run("stack tag ls")).toEqual(ok("NAME   VALUE\narea   north\nowner  ann\n"));
    expect((await line.run("stack tag ls --json")).stdout).toBe(
      '{\n  "area": "north",\n  "owner": "ann"\n}\n',
    );
    expect(await line.run("stack tag get owner")).toEqual(ok("ann\n"));
    await line.run("stack tag rm owner");
    expect(await line.run("stack tag get owner")).toEqual(
      failed("stack tag 'owner' not found for stack 'dev'"),
    );
    expect((await line.run("stack tag set owner")).exitCode).toBe(2);
  });
});

describe("stack rm", () => {
  it("removes a stack and its settings, and selects none", async () => {
    expect(await line.run("stack rm --yes")).toEqual(ok("Stack 'dev' has been removed!\n"));
    expect(existsSync(join(line.project, "Pulumi.dev.yaml"))).toBe(false);
    expect((await line.run("stack")).exitCode).toBe(6);
    expect(await line.run("stack rm dev --yes")).toEqual(failed("no stack named 'dev' found", 6));
  });

  it("keeps a stack with resources, unless forced", async () => {
    await save(root, provider, thing);
    expect(await line.run("stack rm --yes")).toEqual(
      failed(`'dev' still has resources; removal rejected. Possible actions:
- Make sure that 'dev' is the stack that you want to destroy
- Run \`pulumi destroy\` to delete the resources, then run \`pulumi stack rm\`
- Run \`pulumi stack rm --force\` to override this error`),
    );
    await (await line.store()).lock();
    expect((await line.run("stack rm --yes --force")).stderr).toContain(
      "the stack is currently locked by 1 lock(s)",
    );
    await line.run("cancel --yes");
    expect((await line.run("stack rm --yes --force --preserve-config dev")).exitCode).toBe(0);
    expect(existsSync(join(line.project, "Pulumi.dev.yaml"))).toBe(true);
  });

  it("asks where it can, and must be told where it cannot", async () => {
    expect(await line.run("stack rm")).toEqual(failed("non-interactive mode requires --yes flag", 2));
    const env = { CI: "" };
    expect((await line.run("stack rm", { terminal: true, stdin: "no\n", env })).exitCode).toBe(8);
    expect((await line.run("stack rm", { terminal: true, stdin: "yes\n", env })).exitCode).toBe(0);
  });

  it("leaves the settings of another project alone", async () => {
    await (await line.backend()).create(
      { organization: "organization", project: "other", stack: "dev" },
      { open: () => Promise.reject(new Error("no")) },
    );
    expect(await line.run("stack rm organization/other/dev --yes")).toEqual(
      ok("Stack 'organization/other/dev' has been removed!\n"),
    );
    expect(existsSync(join(line.project, "Pulumi.dev.yaml"))).toBe(true);
  });
});

describe("stack rename", () => {
  it("takes settings and selection along", async () => {
    await save(root, provider, thing);
    expect(await line.run("stack rename prod")).toEqual(ok("Renamed dev to prod\n"));
    expect(existsSync(join(line.project, "Pulumi.dev.yaml"))).toBe(false);
    expect(line.read("Pulumi.prod.yaml")).toContain("encryptionsalt");
    expect((await line.run("stack --show-name")).stdout).toBe("prod\n");
    const [renamed] = (await (await line.store("prod")).load()).resources;
    expect(renamed?.urn).toBe(urn("pulumi:pulumi:Stack", "corpus-prod", "prod"));
    expect(renamed?.outputs["secret"]).toStrictEqual(new Secret({ deep: "s3" }));
  });

  it("works without settings, and not without a new name", async () => {
    await line.run("stack rm dev --yes --preserve-config");
    await line.run("stack select dev --create");
    mkdirSync(join(line.folder, "elsewhere"));
    writeFileSync(join(line.folder, "elsewhere/Pulumi.yaml"), "name: corpus\nruntime: nodejs\n");
    const cwd = join(line.folder, "elsewhere");
    expect((await line.run("stack rename prod --stack dev", { cwd })).exitCode).toBe(0);
    expect((await line.run("stack rename --stack prod")).exitCode).toBe(2);
    await line.run("stack init dev");
    expect((await line.run("stack rename prod --stack dev")).stderr).toBe(
      "error: a stack named prod already exists\n",
    );
  });
});

describe("stack change-secrets-provider", () => {
  it("encrypts configuration and state with the new passphrase", async () => {
    await save(root);
    await line.run("config set --secret pw two");
    await line.run("config set --path --secret db.pw three");
    await line.run("config set plain one");
    expect(await line.run("stack change-secrets-provider passphrase", { stdin: "y\nmore\n" })).toEqual(
      ok("Migrating old configuration and state to new secrets provider\n"),
    );
    const [old, present] = [{ PULUMI_CONFIG_PASSPHRASE: "x" }, { PULUMI_CONFIG_PASSPHRASE: "y" }];
    expect((await line.run("config get pw", { env: old })).stderr).toContain(
      "error: get stack secrets manager: incorrect passphrase",
    );
    expect((await line.run("config get pw", { env: present })).stdout).toBe("two\n");
    expect((await line.run("config get --path db.pw", { env: present })).stdout).toBe("three\n");
    expect((await line.run("stack output secret --show-secrets", { env: present })).stdout).toBe(
      '{"deep":"s3"}\n',
    );
    const { secretsProvider } = await (await line.store("dev", "y")).load();
    const salt = line.read("Pulumi.dev.yaml").match(/^encryptionsalt: (.*)$/m)?.[1];
    expect(secretsProvider?.state).toEqual({ salt });
  });

  it("works where there are no secrets yet, with an empty passphrase", async () => {
    expect((await line.run("stack change-secrets-provider default")).exitCode).toBe(0);
    const env = { PULUMI_CONFIG_PASSPHRASE: "" };
    expect((await line.run("config set --secret a b", { env })).exitCode).toBe(0);
  });

  it("asks a person twice", async () => {
    const env = { CI: "" };
    const at = (stdin: string) => ({ terminal: true, stdin, env });
    const differ = await line.run("stack change-secrets-provider passphrase", at("y\nz\n"));
    expect(differ.stderr).toContain("error: passphrases do not match");
    const silent = await line.run("stack change-secrets-provider passphrase", at("y\n"));
    expect(silent.stderr).toContain("error: the question was not answered");
    expect((await line.run("stack change-secrets-provider passphrase", at("y\ny\n"))).exitCode).toBe(0);
    expect(
      (await line.run("config set --secret a b", { env: { PULUMI_CONFIG_PASSPHRASE: "y" } })).exitCode,
    ).toBe(0);
  });

  it("changes nothing where the old passphrase is wrong or the provider another", async () => {
    await line.run("config set --secret pw two");
    const before = line.read("Pulumi.dev.yaml");
    const env = { PULUMI_CONFIG_PASSPHRASE: "wrong" };
    const wrong = await line.run("stack change-secrets-provider passphrase", { env, stdin: "y\n" });
    expect(wrong.exitCode).toBe(1);
    expect((await line.run("stack change-secrets-provider awskms://x")).stderr).toContain("is not supported");
    expect((await line.run("stack change-secrets-provider")).exitCode).toBe(2);
    expect(line.read("Pulumi.dev.yaml")).toBe(before);
  });
});
