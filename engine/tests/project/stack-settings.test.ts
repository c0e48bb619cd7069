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
  it("is beside Pulumi.yaml or in the folder that it names", () => {
    expect(stackSettingsPath({ root: "/r", stackConfigDir: "" }, "dev")).toBe("/r/Pulumi.dev.yaml");
    expect(stackSettingsPath({ root: "/r", stackConfigDir: "s" }, "org/dev")).toBe(
      "/r/s/Pulumi.org-dev.yaml",
    );
  });

  it("is read with sorted, full keys", () => {
    const settings = parse(commented);
    expect(settings.encryptionSalt).toBe("v1:salt");
    expect(settings.secretsProvider).toBe("");
    expect(settings.encryptedKey).toBe("");
    expect(Object.entries(settings.config)).toEqual([
      ["aws:region", "north"],
      ["p:count", 3],
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
    list: [ 1, 2, 3 ]
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
    expect(parse("config: { p:id: 12345678901234567890, p:n: 12 }").config).toEqual({
      "p:id": "12345678901234567890",
      "p:n": 12,
    });
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
    ["config: { a: 1 }", "config.a: configuration keys should be of the form"],
    ["encryptionsalt: 1", "encryptionsalt must be a text"],
    ["environment: [prod]", "imported environments need Pulumi's cloud"],
    ["environment: { imports: [prod] }", "imported environments need Pulumi's cloud"],
    ["config: { p:a: 1", "could not parse 'Pulumi.dev.yaml': line 1"],
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
