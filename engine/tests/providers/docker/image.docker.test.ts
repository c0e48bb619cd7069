import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { computed, type PropertyMap, Secret } from "../../../src/protocol/property-value.ts";
import { BASE_IMAGE, daemon, LABEL, useDaemon } from "./daemon.ts";
import { configured, Managed } from "./managed.ts";

const { prefix, labels } = useDaemon();
const folder = mkdtempSync(join(tmpdir(), "trials-engine-native-"));
const docker = await configured({ directory: folder });
afterAll(() => rmSync(folder, { recursive: true }));
writeFileSync(
  join(folder, "Dockerfile"),
  `FROM ${BASE_IMAGE}\nLABEL ${LABEL}=${prefix}\nARG GREETING\nCOPY a /a\n`,
);
writeFileSync(join(folder, "a"), "1");

const inputs: PropertyMap = {
  imageName: `${prefix}:native`,
  skipPush: true,
  build: {
    context: folder,
    args: { GREETING: "hello" },
    builderVersion: "BuilderBuildKit",
    addHosts: ["a:10.0.0.1"],
  },
};
const image = (): Managed => new Managed(docker, "image", "native");

describe("Image", () => {
  it("is built, built again in place when a file changes, and left when it is deleted", async () => {
    const built = await image().create(inputs);
    const { Id: first } = await daemon.getImage(`${prefix}:native`).inspect();
    expect(built.outputs).toMatchObject({
      baseImageName: `${prefix}:native`,
      context: folder,
      dockerfile: "Dockerfile",
      imageName: `${prefix}:native`,
      platform: expect.stringContaining("linux/"),
      registryServer: "",
      repoDigest: first,
      __inputs: expect.any(Secret),
    });
    expect((await built.diff(inputs)).changes).toBe("none");
    await built.refresh();
    expect((await built.diff(inputs)).changes).toBe("none");

    writeFileSync(join(folder, "a"), "2");
    expect(await built.diff(inputs)).toMatchObject({
      detailedDiff: { build: { kind: "update" } },
      replaceKeys: [],
    });
    await built.update(inputs);
    expect(built.outputs["repoDigest"]).not.toBe(first);
    await built.destroy();
    await daemon.getImage(`${prefix}:native`).inspect();
  });

  it("shows its inputs in a preview", async () => {
    const checked = await image().check(inputs);
    const request = { urn: "u", name: "n", type: "docker:index/image:Image", timeout: 0, preview: true };
    expect((await docker.create({ ...request, inputs: checked })).outputs).toEqual(checked);
    const update = {
      ...request,
      id: "i",
      oldInputs: {},
      oldOutputs: {},
      newInputs: checked,
      ignoreChanges: [],
    };
    expect((await docker.update(update)).outputs).toEqual(checked);
  });

  it("waits for what is not known yet", async () => {
    expect((await image().check({ ...inputs, build: computed }))["build"]).toBe(computed);
    const build = await image().check({ ...inputs, build: { context: computed } });
    expect(build["build"]).toMatchObject({ context: computed, dockerfile: computed });
    expect(build["build"]).not.toHaveProperty("contextDigest");
  });

  it("refuses what cannot be built or pushed, all at once", async () => {
    await expect(image().check({ nonsense: 1, build: { context: folder } })).rejects.toThrow(
      "Invalid or unknown key. Examine values at 'native.nonsense'.\nMissing required property 'imageName'",
    );
    await expect(image().check({ imageName: "short", build: { context: folder } })).rejects.toThrow(
      '"short" names no registry',
    );
    await expect(image().check({ ...inputs, build: { context: join(folder, "nowhere") } })).rejects.toThrow(
      "could not open dockerfile",
    );
    const confused = {
      ...inputs,
      build: { context: ".", dockerfile: "./Dockerfile.none" },
    };
    await expect(image().check(confused)).rejects.toThrow(
      'could not open dockerfile at relative path "./Dockerfile.none"',
    );
    mkdirSync(join(folder, "deep"));
    writeFileSync(join(folder, "deep/Only.here"), "FROM scratch");
    const nested = {
      ...inputs,
      build: { context: "deep", dockerfile: "Only.here" },
    };
    await expect(image().check(nested)).rejects.toThrow('Try setting `dockerfile` to "deep/Only.here"');
  });

  it("tells why a build failed", async () => {
    writeFileSync(join(folder, "Broken"), `FROM ${BASE_IMAGE}\nRUN echo why; exit 9\n`);
    const broken = {
      ...inputs,
      build: { context: folder, dockerfile: join(folder, "Broken"), builderVersion: "BuilderV1", target: "" },
    };
    await expect(image().create(broken)).rejects.toThrow(
      new RegExp(`error building image ${prefix}:native: .*code: 9.*why`, "s"),
    );
  });
});

describe("data sources", () => {
  const invoke = (name: string, args: PropertyMap) =>
    docker.invoke({ token: `docker:index/${name}:${name}`, args, preview: false });

  it("find networks", async () => {
    const network = await new Managed(docker, "network").create({ name: `${prefix}-data`, labels });
    const container = await daemon.createContainer({
      Image: BASE_IMAGE,
      Cmd: ["sleep", "60"],
      Labels: { [LABEL]: prefix },
      HostConfig: { NetworkMode: `${prefix}-data` },
    });
    await container.start();
    expect((await invoke("getNetwork", { name: `${prefix}-data` })).result).toMatchObject({
      id: network.known.id,
      driver: "bridge",
      internal: false,
      scope: "local",
      ipamConfigs: [{ gateway: expect.any(String) }],
      containers: [{ containerId: container.id }],
    });
    await container.remove({ force: true });
    await network.destroy();
    await expect(invoke("getNetwork", { name: `${prefix}-none` })).rejects.toThrow(
      "Could not find docker network",
    );
  });

  it("find images", async () => {
    const { Id } = await daemon.getImage(BASE_IMAGE).inspect();
    expect((await invoke("getRemoteImage", { name: BASE_IMAGE })).result).toEqual({
      id: Id,
      name: BASE_IMAGE,
      repoDigest: "",
    });
    await expect(invoke("getRemoteImage", { name: `${prefix}/none` })).rejects.toThrow(
      `did not find docker image '${prefix}/none'`,
    );
  });

  it("need a name, and are the ones that are served", async () => {
    expect((await invoke("getRemoteImage", {})).failures).toEqual([
      { property: "name", reason: "Missing required argument 'name'" },
    ]);
    await expect(invoke("getLogs", { name: "x" })).rejects.toMatchObject({ unimplemented: true });
  });
});
