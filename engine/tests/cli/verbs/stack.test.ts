import { hostname } from "node:os";
import { describe, expect, it } from "vitest";
import { failed, line, ok, provider, root, save, thing, urn, useStackLine } from "./stack-line.ts";

useStackLine();

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
    expect((await line.run("stack init new --secrets-provider vault")).stderr).toBe(
      "error: unknown secrets provider type 'vault' (supported values: default,passphrase,awskms,azurekeyvault,gcpkms,hashivault)\n",
    );
    const env = { PULUMI_CONFIG_PASSPHRASE: undefined };
    expect((await line.run("stack init new", { env })).stderr).toMatch(
      /^error: could not create secrets manager for new stack: passphrase must be set with /,
    );
    expect((await line.run("stack init a --stack b")).stderr).toContain("only one of --stack or argument");
    expect((await line.run("stack init a --secrets-provider awskms://x")).stderr).toContain(
      "is not supported",
    );
    expect((await line.run("stack init a --teams b")).exitCode).toBe(1);
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

  it("says names in full where asked to, as other commands do", async () => {
    const full = "organization/corpus/dev";
    expect((await line.run("stack ls --json --fully-qualify-stack-names")).stdout).toContain(
      `"name": "${full}"`,
    );
    expect(await line.run("stack --show-name -Q")).toEqual(ok(`${full}\n`));
    expect((await line.run("stack tag get none -Q")).stderr).toContain(`not found for stack '${full}'`);
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
      `big=9007199254740991\nlist=\\[1,\\{\\"a\\":\\"b\\"}]\nnone=null\nsecret=\\{\\"deep\\":\\"s3\\"}\ntext=hello\n`,
    );
    expect((await line.run("stack output --shell text")).stdout).toBe("text=hello\n");
  });

  it("quotes for a shell what a shell would take for more than text", async () => {
    const outputs = { a: "", b: "~/x", c: "it's", d: "it's two", e: "two words", f: "$HOME" };
    await save({ ...root, outputs });
    expect((await line.run("stack output --shell")).stdout).toBe(
      "a=''\nb=\\~/x\nc=it\\'s\nd='it'\\''s two'\ne='two words'\nf=\\$HOME\n",
    );
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
