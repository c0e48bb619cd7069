import { describe, expect, it } from "vitest";
import type { PluginName } from "../../src/providers/plugin-folder.ts";
import { pluginUrls } from "../../src/providers/plugin-urls.ts";

const mine: PluginName = { kind: "resource", name: "mine", version: "1.2.3" };
const file = pluginUrls(mine, "https://x", {})[0]?.slice("https://x/".length) ?? "";
const moved = (overrides: string, server = "") =>
  pluginUrls(mine, server, { PULUMI_PLUGIN_DOWNLOAD_URL_OVERRIDES: overrides });

describe("the URLs of a plugin", () => {
  it("are GitHub, then Pulumi's own server", () => {
    expect(file).toMatch(/^pulumi-resource-mine-v1\.2\.3-[a-z]+-[a-z0-9]+\.tar\.gz$/);
    expect(pluginUrls(mine, "", {})).toEqual([
      `https://github.com/pulumi/pulumi-mine/releases/download/v1.2.3/${file}`,
      `https://get.pulumi.com/releases/plugins/${file}`,
    ]);
  });

  it.each([
    ["converter", "terraform", "pulumi-converter-terraform"],
    ["converter", "yaml", "pulumi-yaml"],
    ["tool", "lint", "pulumi-tool-lint"],
    ["tool", "pulumi-tool-lint", "pulumi-pulumi-tool-lint"],
  ] as const)("of the %s %s are in the repository %s", (kind, name, repository) => {
    const [first] = pluginUrls({ kind, name, version: "1.0.0" }, "", {});
    expect(first).toContain(`https://github.com/pulumi/${repository}/releases/download/v1.0.0/`);
  });

  it("say of a server what it is to be told", () => {
    const server = "https://x.org/${NAME}/${VERSION}/$%7BOS%7D/${ARCH}/${OTHER}//";
    const [url] = pluginUrls(mine, server, {});
    expect(url).toMatch(
      /^https:\/\/x\.org\/mine\/1\.2\.3\/[a-z]+\/[a-z0-9]+\/\$\{OTHER\}\/pulumi-resource-mine-/,
    );
  });

  it("may be those of somebody's releases on GitHub", () => {
    const at = (repository: string) => [`https://github.com/${repository}/releases/download/v1.2.3/${file}`];
    expect(pluginUrls(mine, "github://api.github.com/ann", {})).toEqual(at("ann/pulumi-mine"));
    expect(pluginUrls(mine, "github://api.github.com/ann/own/", {})).toEqual(at("ann/own"));
  });

  it("of the community's providers are on GitHub alone", () => {
    const [url, ...more] = pluginUrls({ kind: "resource", name: "time", version: "1.0.0" }, "", {});
    expect(url).toMatch(/^https:\/\/github\.com\/pulumiverse\/pulumi-time\/releases\/download\/v1\.0\.0\//);
    expect(more).toEqual([]);
  });

  it("are moved by the first pattern that matches", () => {
    const named = "^github://api.github.com/(?P<org>[^/]+)/(?P<repo>[^/]+)=https://m/${org}/${repo}";
    expect(moved(`^nothing=https://n,${named}`)).toEqual([`https://m/pulumi/pulumi-mine/${file}`]);
    expect(moved("^https://(.+)=http://m/$1", "https://x.org/a")).toEqual([`http://m/x.org/a/${file}`]);
    expect(moved("^https://get\\.pulumi\\.com/=https://m")[1]).toBe(`https://m/${file}`);
    expect(moved("^github://=github://api.github.com/ann")).toEqual([
      `https://github.com/ann/pulumi-mine/releases/download/v1.2.3/${file}`,
    ]);
    for (const bad of ["=", "^foo=", "=https://foo", "(=https://foo"]) {
      expect(() => moved(bad)).toThrow('expected format to be "regexp1=URL1,regexp2=URL2"; got ');
    }
  });
});
