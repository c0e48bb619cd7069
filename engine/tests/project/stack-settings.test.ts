import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  parseStackSettings,
  readStackSettings,
  stackSettingsPath,
} from "../../src/project/stack-settings.ts";

const parse = (text: string) => parseStackSettings(text, "Pulumi.dev.yaml", "p");

const commented = `# Settings of dev.
encryptionsalt: v1:salt # made by the CLI
config:
  # How many.
  p:count: 3
  p:db:
    user: ann # the owner
    list: [1, 2]
  aws:config:region: north
  p:secret:
    secure: v1:x
`;

describe("Pulumi.<stack>.yaml", () => {
  it("is beside Pulumi.yaml or in the folder that it names, and ends as that does", () => {
    const project = { path: "/r/Pulumi.yaml", root: "/r", stackConfigDir: "" };
    expect(stackSettingsPath(project, "dev")).toBe("/r/Pulumi.dev.yaml");
    expect(stackSettingsPath({ ...project, stackConfigDir: "s" }, "org/dev")).toBe(
      "/r/s/Pulumi.org-dev.yaml",
    );
    expect(stackSettingsPath({ ...project, path: "/r/Pulumi.yml" }, "dev")).toBe("/r/Pulumi.dev.yml");
    expect(stackSettingsPath({ ...project, path: "/r/Pulumi.json" }, "dev")).toBe("/r/Pulumi.dev.json");
  });

  it("is read with sorted, full keys", () => {
    const settings = parse(commented);
    expect(settings.encryptionSalt).toBe("v1:salt");
    expect(settings.secretsProvider).toBe("");
    expect(settings.encryptedKey).toBe("");
    expect(Object.entries(settings.config)).toEqual([
      ["aws:region", "north"],
      ["p:count", "3"],
      ["p:db", { user: "ann", list: [1, 2] }],
      ["p:secret", { secure: "v1:x" }],
    ]);
  });

  it("keeps comments and order when values change", () => {
    const settings = parse(commented);
    settings.set("p:db", ["user"], "bob");
    settings.set("p:db", ["list", 2], 3);
    settings.set("p:db", ["new", "inner"], { secure: "v1:y" });
    settings.set("p:count", [], "4");
    settings.set("aws:region", [], "south");
    settings.set("p:more", [], "text");
    settings.encryptionSalt = "v1:other";
    expect(settings.toString()).toBe(`# Settings of dev.
encryptionsalt: v1:other # made by the CLI
config:
  # How many.
  p:count: "4"
  p:db:
    user: bob # the owner
    list: [1, 2, 3]
    new:
      inner:
        secure: v1:y
  aws:config:region: south
  p:secret:
    secure: v1:x
  p:more: text
`);
  });

  it("loses values and parts of them, and the section with the last one", () => {
    const settings = parse(commented);
    settings.remove("p:db", ["list", 0]);
    settings.remove("p:db", ["none"]);
    settings.remove("p:none", []);
    expect(settings.config["p:db"]).toEqual({ user: "ann", list: [2] });
    for (const key of Object.keys(settings.config)) settings.remove(key, []);
    expect(settings.toString()).toBe("# Settings of dev.\nencryptionsalt: v1:salt # made by the CLI\n");
    settings.encryptionSalt = "";
    expect(settings.toString()).toBe("{}\n");
  });

  it("starts from nothing", () => {
    const settings = parse("");
    expect(settings.config).toEqual({});
    settings.encryptionSalt = "v1:salt";
    settings.set("p:a", ["b"], 1);
    expect(settings.toString()).toBe("encryptionsalt: v1:salt\nconfig:\n  p:a:\n    b: 1\n");
  });

  it("keeps a secret on one line and quotes what would be read as something else", () => {
    const settings = parse("");
    settings.set("p:long", [], { secure: `v1:${"x".repeat(200)}` });
    settings.set("p:number", [], "1");
    settings.set("p:lines", [], "a\nb\n");
    expect(settings.toString()).toBe(
      `config:\n  p:long:\n    secure: v1:${"x".repeat(200)}\n  p:number: "1"\n  p:lines: |\n    a\n    b\n`,
    );
  });

  it("keeps whole numbers of any size", () => {
    const text = "config: { p:id: 12345678901234567890, p:n: { id: 12345678901234567890, n: 12 } }";
    expect(parse(text).config).toEqual({
      "p:id": "12345678901234567890",
      "p:n": { id: 12345678901234567890n, n: 12 },
    });
  });

  it("gives keys without a namespace the project's", () => {
    const settings = parse("config: { size: small, aws:region: north }");
    expect(settings.config).toEqual({ "aws:region": "north", "p:size": "small" });
    settings.set("p:size", [], "large");
    expect(settings.toString()).toBe("config: {size: large, aws:region: north}\n");
  });

  it("takes what is neither a map nor a list for a text", () => {
    const text = "config: { p:n: 0x10, p:b: True, p:f: 1.50, p:t: x, p:s: { secure: v1 }, p:m: { n: 1 } }";
    expect(parse(text).config).toEqual({
      "p:n": "16",
      "p:b": "true",
      "p:f": "1.5",
      "p:t": "x",
      "p:s": { secure: "v1" },
      "p:m": { n: 1 },
    });
  });

  it("takes a key without a value for an empty text", () => {
    const settings = parse("config:\n  p:a:\n  b: ~\n  p:c: { d: null }\n");
    expect(settings.config).toEqual({ "p:a": "", "p:b": "", "p:c": { d: null } });
    expect(settings.keysWithoutValue).toEqual(["p:a", "p:b"]);
  });

  const scalars = [
    ["0777", 511],
    ["0x1F", 31],
    ["-0b11", -3],
    ["0o17", 15],
    ["1_000", 1000],
    ["02139", 2139],
    ["5.", 5],
    ["-0.0", 0],
    ["-1_0.5e1", -105],
    ["18446744073709551615", 18446744073709551615n],
    ["100000000000000000000", 1e20],
    ["1e400", "1e400"],
    ["0x", "0x"],
    ["1:30", "1:30"],
    ["yes", "yes"],
    ["2020-01-02", "2020-01-02 00:00:00 +0000 UTC"],
    ["2020-01-02T03:04:05.50Z", "2020-01-02 03:04:05.5 +0000 UTC"],
    ["2020-1-2 3:4:5", "2020-01-02 03:04:05 +0000 UTC"],
    ["2001-12-14t21:59:43-05:00", "2001-12-14 21:59:43 -0500 -0500"],
    ["2020-02-30", "2020-02-30"],
    ["'2020-01-02'", "2020-01-02"],
  ] as const;
  it.each(scalars)("reads %s as Go's YAML does", (text, value) => {
    expect(parse(`config: { p:a: [${text}] }`).config["p:a"]).toEqual([value]);
  });

  it("quotes every text that Go's YAML would read as something else", () => {
    const texts = [
      "0777",
      "0b1",
      "1_000",
      "2020-01-02",
      "yes",
      "n",
      "~",
      "True",
      "1:30",
      "",
      ".5",
      "tab\t",
      "it",
    ];
    const settings = parse("");
    texts.forEach((text, index) => {
      settings.set(`p:k${index}`, [], text);
    });
    settings.set("p:k12", [], "null");
    const quoted = texts.slice(0, -1).map((text, index) => `  p:k${index}: ${JSON.stringify(text)}\n`);
    expect(settings.toString()).toBe(`config:\n${quoted.join("")}  p:k12: "null"\n`);
    settings.set("p:k12", [], "a: 'b'");
    expect(parse(settings.toString()).config["p:k12"]).toBe("a: 'b'");
  });

  it("is JSON beside a Pulumi.json", () => {
    const settings = parseStackSettings('{"config": {"a": 1}}', "Pulumi.dev.json", "p");
    settings.encryptionSalt = "v1:<salt>";
    settings.set("p:b", ["c"], "x");
    expect(settings.toString()).toBe(
      '{\n    "encryptionsalt": "v1:<salt>",\n    "config": {\n        "p:a": "1",\n        "p:b": {\n' +
        '            "c": "x"\n        }\n    }\n}\n',
    );
  });

  it("gets other values in place of all", () => {
    const settings = parse(commented);
    settings.replaceConfig({ "p:only": "one" });
    expect(settings.config).toEqual({ "p:only": "one" });
  });

  it("refuses a map that would be taken for a secret", () => {
    expect(() => parse("").set("p:a", ["secure"], "x")).toThrow("reserved");
    expect(() => parse("config: { p:a: { secure: x, b: 1 } }").remove("p:a", ["b"])).toThrow("reserved");
  });

  const bad = [
    ["[]", "must be a map"],
    ["config: []", "config must be a map"],
    ["encryptionsalt: 1", "encryptionsalt must be a text"],
    ["environment: [prod]", "imported environments need Pulumi's cloud"],
    ["environment: { imports: [prod] }", "imported environments need Pulumi's cloud"],
    ["config: { p:a: 1", "could not unmarshal 'Pulumi.dev.yaml': invalid YAML file: line 1"],
  ] as const;
  it.each(bad)("refuses %s", (text, message) => {
    expect(() => parse(text)).toThrow(message);
    expect(() => parse(text)).toThrow("Pulumi.dev.yaml");
  });

  it("accepts an environment that imports nothing", () => {
    expect(parse("environment: []\nconfig:\n").config).toEqual({});
  });
});

describe("saving settings", () => {
  it("replaces the file whole, with the permissions it had, through links", async () => {
    const folder = mkdtempSync(join(tmpdir(), "settings-"));
    const file = join(folder, "Pulumi.dev.yaml");
    const settings = await readStackSettings(file, "p");
    settings.set("p:a", [], "1");
    await settings.save();
    expect(statSync(file).mode & 0o777).toBe(0o644);
    chmodSync(file, 0o600);
    const link = join(folder, "Pulumi.link.yaml");
    symlinkSync(file, link);
    const linked = await readStackSettings(link, "p");
    linked.set("p:a", [], "2");
    await linked.save();
    expect(readFileSync(file, "utf8")).toContain('"2"');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(["Pulumi.dev.yaml", "Pulumi.link.yaml"]);
  });

  it("that fails leaves nothing behind", async () => {
    const folder = mkdtempSync(join(tmpdir(), "settings-"));
    const settings = parseStackSettings("", join(folder, "none", "Pulumi.dev.yaml"), "p");
    await expect(settings.save()).rejects.toMatchObject({ code: "file-not-writable" });
    writeFileSync(join(folder, "file"), "");
    await expect(parseStackSettings("", folder, "p").save()).rejects.toMatchObject({
      code: "file-not-writable",
    });
    expect(readdirSync(folder)).toEqual(["file"]);
  });
});
