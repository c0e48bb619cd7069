import { describe, expect, it } from "vitest";
import { renderImportCode } from "../../src/cli/import-code.ts";
import { Archive, Asset, Secret } from "../../src/protocol/property-value.ts";
import { type ResourceState, resourceState } from "../../src/state/resource.ts";

const urn = (name: string, type: string) => `urn:pulumi:dev::app::${type}::${name}`;
const thing = (name: string, type: string, fields: Partial<ResourceState> = {}) =>
  resourceState({ urn: urn(name, type), type, custom: true, id: name, ...fields });

function render(
  resources: ResourceState[],
  names: readonly (readonly [string, string])[] = [],
  protect = true,
) {
  return renderImportCode({ resources, names: new Map(names), protect });
}

describe("renderImportCode", () => {
  it("writes declarations as the official CLI does", () => {
    const inputs = {
      __defaults: [],
      "dashed-key": true,
      list: ["a", { deep: 1 }, []],
      none: null,
      script: "one\ntwo ${x} `y`",
      text: 'say "hi"',
    };
    const { text } = render([
      thing("infra-logs", "aws:s3/bucket:Bucket", { inputs }),
      thing("2nd", "aws:index:Thing"),
    ]);
    expect(text).toBe(`import * as pulumi from "@pulumi/pulumi";
import * as aws from "@pulumi/aws";

const infra_logs = new aws.s3.Bucket("infra-logs", {
    "dashed-key": true,
    list: [
        "a",
        {
            deep: 1,
        },
        [],
    ],
    script: \`one
two \\\${x} \\\`y\\\`\`,
    text: "say \\"hi\\"",
}, {
    protect: true,
});
const _2nd = new aws.Thing("2nd", {}, {
    protect: true,
});
`);
  });

  it("reads secrets from the configuration instead of showing them", () => {
    const inputs = { password: new Secret("hush"), deep: [{ key: new Secret("hush too") }] };
    const { text, secretKeys } = render([thing("db", "sql:index:Server", { inputs })], [], false);
    expect(text).not.toContain("hush");
    expect(text).toContain("const config = new pulumi.Config();\n");
    expect(text).toContain('    password: config.requireSecret("db_password"),\n});\n');
    expect(secretKeys).toEqual(["db_deep_0_key", "db_password"]);
  });

  it("refers to parents and providers by the names that the program has for them", () => {
    const group = resourceState({ urn: urn("grp", "my:index:Group"), type: "my:index:Group", custom: false });
    const provider = urn("west", "pulumi:providers:aws");
    const child = thing("c", "my:index:Group$aws:index:Thing", {
      type: "aws:index:Thing",
      parent: group.urn,
      provider: `${provider}::id`,
    });
    const top = thing("t", "aws:index:Thing", { parent: urn("app-dev", "pulumi:pulumi:Stack") });
    const { text } = render([group, child, top], [[provider, "west-one"]], false);
    expect(text).toContain("// grp (my:index:Group) is a component: its class is the program's own.\n");
    expect(text).toContain('new aws.Thing("c", {}, {\n    parent: grp,\n    provider: west_one,\n});\n');
    expect(text).toContain('const t = new aws.Thing("t", {});\n');
  });

  it("names files by where they are", () => {
    const inputs = {
      a: new Asset({ path: "./a" }, ""),
      b: new Archive({ uri: "https://x.org/b.zip" }, ""),
      c: new Asset({ text: "c" }, ""),
      d: new Archive({ assets: {} }, ""),
    };
    const { text } = render([thing("f", "p:index:Files", { inputs })]);
    for (const file of [
      'a: new pulumi.asset.FileAsset("./a")',
      'b: new pulumi.asset.RemoteArchive("https://x.org/b.zip")',
      'c: new pulumi.asset.StringAsset("c")',
      "d: new pulumi.asset.AssetArchive({})",
    ]) {
      expect(text).toContain(file);
    }
  });
});
