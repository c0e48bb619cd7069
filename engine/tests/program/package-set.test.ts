import { mkdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { findDefaultPackages, findPackages } from "../../src/program/package-set.ts";
import { createPackages } from "../../src/program/packages.ts";
import type { PropertyMap } from "../../src/protocol/property-value.ts";
import type { PackageSpec } from "../../src/providers/plugin-inputs.ts";
import { FakeDeployment } from "./fake-deployment.ts";
import { functionProgram } from "./monitor-client.ts";
import { type Project, startRun, writeProject } from "./run-program.ts";

const NOTHING = { version: "", pluginDownloadURL: "", checksums: {}, packageRef: "" };
const PLAIN = { pluginDownloadURL: "", checksums: {}, parameterized: undefined };

describe("findPackages", () => {
  let project: Project | undefined;
  afterEach(() => project?.remove());

  async function install(manifests: { readonly [folder: string]: unknown }): Promise<string> {
    project = await writeProject({});
    for (const [folder, manifest] of Object.entries(manifests)) {
      const target = path.join(project.directory, "node_modules", folder);
      await mkdir(target, { recursive: true });
      const text = typeof manifest === "string" ? manifest : JSON.stringify(manifest);
      await writeFile(path.join(target, "package.json"), text);
    }
    return project.directory;
  }

  it("finds packages with resources, nested and scoped ones too, the highest version first", async () => {
    const directory = await install({
      "@pulumi/toy": { name: "@pulumi/toy", version: "v1.0.0", pulumi: { resource: true } },
      "plain/node_modules/@pulumi/toy": { name: "@pulumi/toy", version: "1.2.0", pulumi: { resource: true } },
      plain: { name: "plain", version: "9.0.0" },
      policy: { name: "policy", version: "9.0.0", pulumi: { resource: false } },
      named: {
        version: "3.0.0",
        pulumi: { resource: true, name: "zoo", version: "2.0.0", server: "https://z" },
      },
      odd: { name: "odd", version: "not a version", pulumi: { resource: true } },
      broken: "{",
      ".cache": { name: "hidden", version: "1.0.0", pulumi: { resource: true } },
    });
    const found = findPackages(directory);
    expect(found.get("toy")).toEqual({ pkg: "toy", version: "1.2.0", ...PLAIN });
    expect(found.get("zoo")).toEqual({
      pkg: "zoo",
      version: "2.0.0",
      ...PLAIN,
      pluginDownloadURL: "https://z",
    });
    expect(found.get("odd")?.version).toBe("not a version");
    for (const missing of ["plain", "policy", "hidden"]) expect(found.has(missing)).toBe(false);
    expect(found.has("random")).toBe(true);
  });

  it("finds what plugin a parameterized package is made of", async () => {
    const parameterization = { name: "toy", version: "7.0.0", value: "AQI=" };
    const directory = await install({
      toy: {
        name: "@pulumi/toy",
        version: "7.0.0",
        pulumi: { resource: true, name: "bridge", version: "0.9.0", parameterization },
      },
    });
    expect(findPackages(directory).get("toy")).toEqual({
      ...{ pkg: "toy", version: "7.0.0", ...PLAIN },
      parameterized: { plugin: "bridge", pluginVersion: "0.9.0", value: new Uint8Array([1, 2]) },
    });
  });
});

describe("findDefaultPackages", () => {
  it("refuses a name for which two plugins speak, and tells which", async () => {
    const project = await writeProject({});
    const install = async (folder: string, manifest: object) => {
      const target = path.join(project.directory, "node_modules", folder);
      await mkdir(target, { recursive: true });
      await writeFile(path.join(target, "package.json"), JSON.stringify(manifest));
    };
    const parameterization = { name: "zoo", version: "7.0.0", value: "AQI=" };
    const bridged = { resource: true, name: "bridge", version: "0.9.0", parameterization };
    await install("zoo", { name: "zoo", version: "8.0.0", pulumi: { resource: true } });
    await install("bridged/node_modules/zoo", { name: "zoo", version: "7.0.0", pulumi: bridged });
    expect(() => findDefaultPackages(project.directory, [])).toThrowError(
      'package "zoo" is provided by more than one plugin:\n' +
        '  plugin "bridge" v0.9.0 parameterized as "zoo" v7.0.0\n' +
        '  plugin "zoo" v8.0.0\n' +
        "Remove one of the packages, or pass an explicit `provider` option on each resource to disambiguate.",
    );
    expect(findPackages(project.directory).get("zoo")?.version).toBe("8.0.0");
    // A program is stopped for it, whatever it uses.
    const stopped = Promise.withResolvers<void>();
    const program = functionProgram(() => stopped.promise);
    const started = startRun({ deployment: new FakeDeployment(), directory: project.directory, program });
    expect(await started.finished).toEqual({ kind: "failed-silently" });
    stopped.resolve();
    await started.release();
    expect(started.said()).toEqual([
      expect.objectContaining({
        severity: "error",
        message: expect.stringContaining("more than one plugin"),
      }),
    ]);
    await project.remove();
  });

  const recorded = (pkg: string, inputs: PropertyMap) => ({ type: `pulumi:providers:${pkg}`, inputs });

  it("takes what is installed, whatever was recorded", async () => {
    const project = await writeProject({});
    const found = findDefaultPackages(project.directory, [recorded("toy", { version: "1.0.0" })]);
    await project.remove();
    expect(found.has("random")).toBe(true);
    expect(found.has("toy")).toBe(false);
  });

  it("takes the recorded providers' highest versions where nothing is installed", async () => {
    const url = { pluginDownloadURL: "https://t" };
    const parameterization = { name: "bridge", version: "1.0.0", parameterization: "AQI=" };
    const found = findDefaultPackages(tmpdir(), [
      recorded("toy", { version: "1.0.0", __internal: {} }),
      recorded("toy", { version: "1.2.0", __internal: {} }),
      recorded("toy", { version: "1.2.0", __internal: url }),
      recorded("bare", {}),
      recorded("made", { version: "7.0.0", __internal: parameterization }),
      { type: "toy:index:Thing", inputs: { version: "9.0.0" } },
    ]);
    expect([...found.values()]).toEqual([{ pkg: "toy", version: "1.2.0", ...PLAIN }]);
  });
});

describe("the packages of a run", () => {
  const installed: PackageSpec = { pkg: "toy", version: "1.2.0", ...PLAIN, pluginDownloadURL: "https://t" };
  const packages = () => {
    let asked = 0;
    const made = createPackages({
      installed: () => {
        asked += 1;
        return new Map([["toy", installed]]);
      },
      uuid: () => "ref",
    });
    return { ...made, asked: () => asked };
  };

  it("fills in what a request leaves open from what is installed", async () => {
    const { resolve, asked } = packages();
    expect(await resolve("toy", NOTHING)).toEqual(installed);
    expect(await resolve("toy", { ...NOTHING, version: "1.0.0" })).toEqual({
      ...installed,
      version: "1.0.0",
    });
    const said = { ...NOTHING, pluginDownloadURL: "https://u", checksums: { any: "00" } };
    expect(await resolve("toy", said)).toEqual({
      ...installed,
      pluginDownloadURL: "https://u",
      checksums: { any: "00" },
    });
    expect(await resolve("zoo", NOTHING)).toEqual({ pkg: "zoo", version: "", ...PLAIN });
    expect(asked()).toBe(1);
  });

  it("fills in nothing for a provider that says for itself which plugin it is", async () => {
    const { resolveExplicit } = packages();
    expect(await resolveExplicit("toy", NOTHING)).toEqual(installed);
    for (const said of [{ version: "1.0.0" }, { pluginDownloadURL: "https://u" }]) {
      const alone = { pkg: "toy", version: "", ...PLAIN, ...said };
      expect(await resolveExplicit("toy", { ...NOTHING, ...said })).toEqual(alone);
    }
  });

  it("looks for no plugin of the package pulumi", async () => {
    const { resolve, asked } = packages();
    expect(await resolve("pulumi", NOTHING)).toEqual({ pkg: "pulumi", version: "", ...PLAIN });
    expect(asked()).toBe(0);
  });
});
