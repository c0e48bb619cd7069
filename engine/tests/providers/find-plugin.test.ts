import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { findPlugin, type PluginSearch } from "../../src/providers/find-plugin.ts";
import { writeScript } from "./plugin-fixtures.ts";
import { type Place, place, spec } from "./plugin-places.ts";

function search({ home, project, bin }: Place, more: Partial<PluginSearch> = {}): PluginSearch {
  return {
    projectRoot: project,
    pulumiHome: home,
    localPlugins: [],
    env: { PATH: `/nowhere::${bin}` },
    ...more,
  };
}

const install = (home: string, folder: string, pkg = "fake") =>
  writeScript(join(home, "plugins", folder, `pulumi-resource-${pkg}`), "#!/bin/sh\n");

describe("findPlugin", () => {
  it("takes the project's own plugin before PATH before the plugin folder", async () => {
    const where = await place();
    const installed = await install(where.home, "resource-fake-v1.0.0");
    const wanted = spec("fake", "1.0.0");
    expect(await findPlugin(wanted, search(where))).toEqual({
      path: installed,
      isFolder: false,
      source: "installed",
    });
    const ambient = await writeScript(join(where.bin, "pulumi-resource-fake"), "#!/bin/sh\n");
    expect(await findPlugin(wanted, search(where))).toEqual({
      path: ambient,
      isFolder: false,
      source: "path",
    });
    const local = await writeScript(join(where.project, "own/pulumi-resource-fake"), "#!/bin/sh\n");
    for (const version of [{}, { version: "" }]) {
      const localPlugins = [{ name: "fake", path: "own", ...version }];
      expect(await findPlugin(wanted, search(where, { localPlugins }))).toEqual({
        path: local,
        isFolder: false,
        source: "project",
      });
    }
  });

  it("refuses a project that has one version of a plugin twice, whichever is looked for", async () => {
    const where = await place();
    const twice = (...versions: string[]) =>
      search(where, {
        localPlugins: versions.map((version, at) => ({ name: "fake", path: `own${at}`, version })),
      });
    await expect(findPlugin(spec("other"), twice("1.0.0", "1.0.0"))).rejects.toMatchObject({
      code: "plugins-ambiguous",
      message: "multiple project plugins with kind resource, name fake, version 1.0.0",
    });
    expect(await findPlugin(spec("fake", "1.0.0"), twice("", "1.0.0", "2.0.0"))).toMatchObject({
      path: join(where.project, "own0"),
    });
  });

  it("leaves PATH alone when told so", async () => {
    const where = await place();
    await writeScript(join(where.bin, "pulumi-resource-fake"), "#!/bin/sh\n");
    for (const value of ["1", "true", "TRUE"]) {
      const env = { PATH: where.bin, PULUMI_IGNORE_AMBIENT_PLUGINS: value };
      expect(await findPlugin(spec("fake"), search(where, { env }))).toBeUndefined();
    }
    expect(await findPlugin(spec("fake"), search(where, { env: {} }))).toBeUndefined();
  });

  it("takes from PATH only what can be executed", async () => {
    const where = await place();
    await writeFile(join(where.bin, "pulumi-resource-fake"), "text");
    expect(await findPlugin(spec("fake"), search(where))).toBeUndefined();
  });

  it("takes the very version that is asked for, else the newest release", async () => {
    const where = await place();
    for (const version of ["1.2.0", "1.10.0", "2.0.0-rc.1", "1.9.0"]) {
      await install(where.home, `resource-fake-v${version}`);
    }
    const found = async (version: string) => (await findPlugin(spec("fake", version), search(where)))?.path;
    expect(await found("1.9.0")).toMatch(/v1\.9\.0\/pulumi-resource-fake$/);
    expect(await found("2.0.0-rc.1")).toMatch(/v2\.0\.0-rc\.1\//);
    expect(await found("")).toMatch(/v1\.10\.0\//);
    expect(await found("1.3.0")).toBeUndefined();
  });

  it("passes over half-installed plugins, other plugins and other files", async () => {
    const where = await place();
    await install(where.home, "resource-fake-v1.0.0");
    await writeFile(join(where.home, "plugins/resource-fake-v1.0.0.partial"), "");
    await install(where.home, "resource-fake-more-v1.0.0", "fake-more");
    await install(where.home, "resource-fake-vnext");
    await writeFile(join(where.home, "plugins/resource-fake-v0.1.0-rc.1.lastused"), "");
    expect(await findPlugin(spec("fake"), search(where))).toBeUndefined();
  });

  it("takes a project's plugin of another version only if no version is asked for", async () => {
    const where = await place();
    const localPlugins = [{ name: "fake", path: "own", version: "1.1.0" }];
    const found = (version: string) => findPlugin(spec("fake", version), search(where, { localPlugins }));
    expect(await found("1.0.0")).toBeUndefined();
    expect(await found("")).toEqual({ path: join(where.project, "own"), isFolder: true, source: "project" });
    expect(await found("1.1.0")).toBeDefined();
  });

  it("takes a folder with a PulumiPlugin.yaml as it is", async () => {
    const where = await place();
    const folder = join(where.home, "plugins/resource-fake-v1.0.0");
    await mkdir(folder, { recursive: true });
    expect(await findPlugin(spec("fake"), search(where))).toEqual({
      path: folder,
      isFolder: true,
      source: "installed",
    });
  });
});
