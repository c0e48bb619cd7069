import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { UserError } from "../../src/errors.ts";
import { parseProjectFile, programLocation, readProjectFile } from "../../src/project/project-file.ts";

const parse = (text: string) => parseProjectFile(text, "/home/ann/Pulumi.yaml");

function problems(text: string): readonly string[] {
  try {
    parse(text);
    return [];
  } catch (error) {
    expect(error).toMatchObject({ code: "project-invalid" });
    const [first = "", ...rest] = (error as UserError).message.split("\n  ");
    if (rest.length === 0) return [first.replace("'/home/ann/Pulumi.yaml'", "FILE")];
    expect(first).toBe("could not validate '/home/ann/Pulumi.yaml':");
    return rest;
  }
}

describe("Pulumi.yaml", () => {
  it("needs no more than a name and a runtime", () => {
    expect(parse("name: p\nruntime: nodejs\n")).toEqual({
      path: "/home/ann/Pulumi.yaml",
      root: "/home/ann",
      name: "p",
      description: "",
      runtime: { name: "nodejs", options: {} },
      main: undefined,
      config: [],
      stackConfigDir: "",
      backendUrl: "",
      refreshAlways: false,
      plugins: { providers: [], languages: [], analyzers: [] },
      requiredPulumiVersion: "",
    });
  });

  it("says everything else that an operation needs", () => {
    const project = parse(`
name: p
description: A project
runtime:
  name: nodejs
  options: { typescript: false, nodeargs: "--a --b", packagemanager: npm }
main: src
stackConfigDir: stacks
backend: { url: "file://~" }
options: { refresh: always }
plugins:
  providers: [{ name: fake, path: ./fake, version: 1.0.0 }]
requiredPulumiVersion: ">=3"
template: { displayName: A shop, metadata: { kind: shop } }
unknown: is kept out
`);
    expect(project).toMatchObject({
      description: "A project",
      runtime: { options: { typescript: false, nodeargs: "--a --b", packagemanager: "npm" } },
      main: "src",
      stackConfigDir: "stacks",
      backendUrl: "file://~",
      refreshAlways: true,
      plugins: { providers: [{ name: "fake", path: "./fake", version: "1.0.0" }] },
      requiredPulumiVersion: ">=3",
    });
  });

  it("declares configuration, briefly or in full", () => {
    const { config } = parse(`
name: p
runtime: nodejs
config:
  a: 1
  p:b: [x]
  aws:region: north
  c: { type: integer, description: How many, default: 3 }
  d: { type: array, items: { type: array, items: { type: string } } }
  e: { type: string, secret: true }
  f: { value: { x: 1 } }
  g:
`);
    const any = { type: undefined, default: undefined, value: undefined, secret: false };
    expect(config).toEqual([
      { ...any, name: "a", key: "p:a", default: 1 },
      { ...any, name: "p:b", key: "p:b", default: ["x"] },
      { ...any, name: "aws:region", key: "aws:region", value: "north" },
      { ...any, name: "c", key: "p:c", type: { type: "integer", items: undefined }, default: 3 },
      {
        ...any,
        name: "d",
        key: "p:d",
        type: { type: "array", items: { type: "array", items: { type: "string", items: undefined } } },
      },
      { ...any, name: "e", key: "p:e", type: { type: "string", items: undefined }, secret: true },
      { ...any, name: "f", key: "p:f", value: { x: 1 } },
      { ...any, name: "g", key: "p:g" },
    ]);
  });

  it("of old may name the settings' folder as `config`", () => {
    expect(parse("name: p\nruntime: nodejs\nconfig: stacks\n")).toMatchObject({
      config: [],
      stackConfigDir: "stacks",
    });
  });

  it("with several problems names them all", () => {
    expect(
      problems(`
name: bad name
runtime:
  name: nodejs
  options: { typescript: "no", nodeargs: 1, packagemanager: deno }
description: [1]
backend: x
plugins:
  providers: {}
  analyzers: [{ path: 1 }, 5]
config:
  both: { default: 1, value: 2 }
  list: { type: array }
  count: { type: integer, default: many }
  kind: { type: number, secret: "yes", more: 1 }
  items: { type: array, items: string }
  aws:typed: { type: string }
  aws:defaulted: { default: 1 }
  aws:empty: {}
  a:b:c:d: 1
`),
    ).toEqual([
      "name: project names may only contain alphanumerics, hyphens, underscores, and periods",
      "description: must be a text",
      "runtime.options.typescript: must be true or false",
      "runtime.options.nodeargs: must be a text",
      "runtime.options.packagemanager: must be auto, npm, yarn, pnpm or bun, not 'deno'",
      "config.kind: 'more' not allowed; the allowed attributes are 'default', 'description', 'items', 'secret', 'type' and 'value'",
      "config.kind: type must be one of string, integer, boolean, object, array; items must have a type too",
      "config.kind: secret must be true or false",
      "config.items: type must be one of string, integer, boolean, object, array; items must have a type too",
      "config.a:b:c:d: configuration keys should be of the form `<namespace>:<name>`",
      "backend: must be a map",
      "plugins.providers: must be a list",
      "plugins.analyzers[1]: must be a map",
      "plugins.analyzers[0].name: must be a text",
      "plugins.analyzers[0].path: must be a text",
      "plugins.analyzers[1].name: must be a text",
      "project config 'both' cannot have both a 'default' and 'value' attribute",
      "The configuration key 'list' declares an array but does not specify the underlying type via the 'items' attribute",
      "The default value specified for configuration key 'count' is not of the expected type 'integer'",
      "Configuration key 'aws:typed' is not namespaced by the project and should not define a type",
      "Configuration key 'aws:defaulted' is not namespaced by the project and should not define a default value. Did you mean to use the 'value' attribute instead of 'default'?",
      "Configuration key 'aws:empty' is namespaced and must provide an attribute 'value'",
    ]);
  });

  it("refuses plugins without a path, and fields that are none of a plugin", () => {
    const text = "name: a\nruntime: nodejs\nplugins:\n  providers:\n    - { name: fake, bin: ./bin }\n";
    expect(problems(text)).toEqual([
      "plugins.providers[0].path: must be a text",
      "plugins.providers[0]: 'bin' not allowed; the allowed attributes are 'name', 'path' and 'version'",
    ]);
  });

  it("refuses what its parts do not have, as the official CLI", () => {
    expect(
      problems(`
name: a
runtime: { nam: nodejs, name: nodejs }
backend: { address: file://x }
options: { refresh: sometimes, Refresh: always }
template: { displatName: A }
packages: { mine: ./mine, other: { source: ./other, checksum: {} }, third: { version: 1.0.0 }, list: [] }
license: MIT
whatever: { is: there }
`),
    ).toEqual([
      "options: 'Refresh' not allowed; did you mean 'refresh'?",
      "template: 'displatName' not allowed; did you mean 'displayName'?",
      "packages.other: 'checksum' not allowed; did you mean 'checksums'?",
      "packages.third.source: must be a text",
      "packages.list: must be a map",
      "runtime: 'nam' not allowed; did you mean 'name'?",
      "backend: 'address' not allowed; the only allowed attribute is 'url'",
      "options.refresh: value must be 'always'",
    ]);
  });

  it("without name or runtime says so", () => {
    expect(problems("{}")).toEqual(["could not validate FILE: project is missing a 'name' attribute"]);
    expect(problems("Name: a")).toEqual([
      "could not validate FILE: project is missing a 'name' attribute; found 'Name' instead",
    ]);
    for (const text of ["name:", "name: ''", "name: 1\nruntime: [1]"]) {
      expect(problems(text)).toEqual([
        "could not validate FILE: project is missing a non-empty string 'name' attribute",
      ]);
    }
    expect(problems("name: p")).toEqual(["project is missing a 'runtime' attribute"]);
    expect(problems("name: p\nruntime: [1]")).toEqual([
      "runtime section must be a string or an object with name and options attributes",
    ]);
    expect(problems("name: p\nruntime: nodejs\nconfig:\n  aws:region: { type: string }")).toEqual([
      "could not unmarshal FILE: Configuration key 'aws:region' is not namespaced by the project and should not define a type",
    ]);
    expect(problems("name: p\nruntime: { name: '' }")).toEqual(["runtime.name: must be a text"]);
    const values = {
      "": "<nil>",
      "[1]": "[]interface {}",
      "1": "int",
      "1.5": "float64",
      true: "bool",
      text: "string",
    };
    for (const [text, type] of Object.entries(values)) {
      expect(problems(text)).toEqual([
        `could not validate FILE: expected project to be an object, was '${type}'`,
      ]);
    }
    expect(problems("name: p\nruntime: nodejs\nconfig: a\nstackConfigDir: b")).toEqual([
      "Should not use both config and stackConfigDir to define the stack directory.",
    ]);
  });

  it("that is no YAML is refused with its line", () => {
    expect(() => parse("name: p\nruntime: [")).toThrow(
      /^could not unmarshal '\/home\/ann\/Pulumi.yaml': invalid YAML file: line \d+, column \d+: /,
    );
  });

  it("whose aliases lead nowhere, or which is nested without end, is refused", () => {
    expect(() => parse("name: *none")).toThrow(
      "could not unmarshal '/home/ann/Pulumi.yaml': invalid YAML file: Unresolved alias",
    );
    expect(() => parse("[".repeat(20_000))).toThrow(
      "could not unmarshal '/home/ann/Pulumi.yaml': invalid YAML file: ",
    );
  });

  it("never does more harm than a typed error", () => {
    const hostile = fc.oneof(
      fc.string(),
      fc.jsonValue().map((value) => JSON.stringify(value)),
      fc.jsonValue().map((config) => JSON.stringify({ name: "p", runtime: "nodejs", config })),
    );
    fc.assert(
      fc.property(hostile, (text) => {
        try {
          parse(text);
        } catch (error) {
          expect(error).toBeInstanceOf(UserError);
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe("the program of a project", () => {
  const root = mkdtempSync(join(tmpdir(), "project-"));
  mkdirSync(join(root, "src"));
  writeFileSync(join(root, "src/main.ts"), "");

  it("is at the root, in a folder, or a file", () => {
    expect(programLocation({ root, main: undefined })).toEqual({ directory: root, entry: "." });
    expect(programLocation({ root, main: "src" })).toEqual({ directory: join(root, "src"), entry: "." });
    expect(programLocation({ root, main: "src/main.ts" })).toEqual({
      directory: join(root, "src"),
      entry: "main.ts",
    });
    expect(() => programLocation({ root, main: "gone" })).toThrow(`${join(root, "gone")} does not exist`);
  });

  it("is read from a file that is there", async () => {
    writeFileSync(join(root, "Pulumi.yaml"), "name: p\nruntime: nodejs\n");
    expect((await readProjectFile(join(root, "Pulumi.yaml"))).root).toBe(root);
    await expect(readProjectFile(join(root, "none.yaml"))).rejects.toMatchObject({ code: "project-invalid" });
    await expect(readProjectFile(root)).rejects.toMatchObject({ code: "file-not-readable" });
  });
});
