import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Secret } from "../../../src/protocol/property-value.ts";
import { newManifest } from "../../../src/state/integrity.ts";
import { emptySnapshot, type ResourceState, resourceState } from "../../../src/state/resource.ts";
import { PackFolder } from "../../policy/pack-folder.ts";
import { CommandLine } from "./command-line.ts";

const TYPE = "fake:index:Thing";
const urn = (name: string) => `urn:pulumi:dev::corpus::${TYPE}::${name}`;

const rules = `
new PolicyPack("rules", {
  policies: [
    {
      name: "small", description: "values are small", enforcementLevel: "mandatory",
      validateResource: (args, report) => { if (args.props.value > 5) report("too big: " + args.props.key); },
    },
    {
      name: "owned", description: "has an owner", enforcementLevel: "remediate",
      remediateResource: (args) => (args.name === "lost" ? { value: args.props.value, owner: "me" } : undefined),
    },
    {
      name: "few", description: "not many", enforcementLevel: "mandatory",
      validateStack: (args, report) => { if (args.resources.length > 2) report(args.resources.map((r) => r.props.out).join()); },
    },
  ],
});`;

describe("policy analyze", () => {
  const folder = new PackFolder();
  let pack = "";
  let line: CommandLine;
  beforeAll(async () => {
    pack = folder.javascript("rules", rules, "runtime: nodejs\nversion: 1.2.3\n");
    line = new CommandLine();
    await line.run("stack init dev");
  });
  afterAll(() => folder.remove());

  const thing = (name: string, value: number) => {
    const inputs = { value, key: new Secret("hidden") };
    return resourceState({
      urn: urn(name),
      type: TYPE,
      custom: true,
      id: name,
      inputs,
      outputs: { out: name },
    });
  };
  const save = async (...resources: readonly ResourceState[]) => {
    const store = await line.store();
    const { secretsProvider } = await store.load();
    await store.save({ ...emptySnapshot(secretsProvider), manifest: newManifest(new Date()), resources });
  };
  const analyze = (...more: readonly string[]) =>
    line.run(["policy", "analyze", "--policy-pack", pack, ...more]);

  it("needs a pack, and something to judge", async () => {
    expect((await line.run("policy analyze")).stderr).toContain(
      "at least one --policy-pack path must be specified",
    );
    expect((await analyze("--diff", "--json")).exitCode).toBe(1);
    expect((await analyze("--file", "x", "--stack", "dev")).exitCode).toBe(1);
    expect((await analyze("--file", "nowhere.json")).stderr).toContain("could not open file");
    expect(await analyze()).toEqual({
      exitCode: 0,
      stdout: "",
      stderr: "Stack dev has no resources; nothing to analyze.\n",
    });
  });

  it("sums up what it finds", async () => {
    await save(thing("a", 1), thing("b", 9));
    const found = await analyze();
    expect(found.stdout).toBe(
      "    pulumi:pulumi:Stack corpus-dev  \nPolicies:\n    ❌ rules@v1.2.3\n" +
        "        - [mandatory]  small  (fake:index:Thing: b)\n          values are small\n          too big: hidden\n\n",
    );
    expect(found.stderr).toContain("error: one or more mandatory policy violations were found");
    expect(found.exitCode).toBe(1);
  });

  it("tells violations, remediations and what the stack as a whole lacks one after the other", async () => {
    await save(thing("a", 1), thing("b", 1), thing("lost", 1), { ...thing("old", 9), delete: true });
    const { stdout } = await analyze("--diff");
    expect(stdout).toContain(
      'rules@v1.2.3 [remediate]  owned  (fake:index:Thing: lost)\n      - key  : [secret]\n      + owner: "me"\n',
    );
    expect(stdout).toContain("[mandatory]  few  (pulumi:pulumi:Stack: corpus-dev)not many\na,b,lost\n");
    expect(stdout).not.toContain("small");
  });

  it("tells tools the same, and ends well where all is well", async () => {
    await save(thing("a", 1));
    const { exitCode, stdout } = await analyze("--json");
    expect(exitCode).toBe(0);
    const events = stdout
      .trim()
      .split("\n")
      .map((text) => JSON.parse(text) as { summaryEvent?: object });
    expect(events).toEqual([
      expect.objectContaining({ summaryEvent: expect.objectContaining({ PolicyPacks: { rules: "1.2.3" } }) }),
    ]);
  });

  it("judges an exported state, without its secrets where they cannot be read", async () => {
    await save(thing("b", 9));
    await line.run("stack export --file state.json");
    expect((await analyze("--file", "state.json", "--diff")).stdout).toContain("too big: hidden");
    const blind = await line.run(
      ["policy", "analyze", "--policy-pack", pack, "--file", "state.json", "--diff"],
      {
        env: { PULUMI_CONFIG_PASSPHRASE: "wrong" },
      },
    );
    expect(blind.stderr).toContain("warning: could not decrypt secrets in state.json");
    expect(blind.stdout).toContain("too big: [secret]");
  });
});
