import { describe, expect, it } from "vitest";
import { computed, OutputValue, type PropertyMap, Secret } from "../../../src/protocol/property-value.ts";
import { createDockerProvider } from "../../../src/providers/docker/provider.ts";
import type { CheckRequest, CheckResult } from "../../../src/providers/provider.ts";

const docker = createDockerProvider();

function check(type: string, news: PropertyMap, more: Partial<CheckRequest> = {}): Promise<CheckResult> {
  const token = `docker:index/${type}:${type.charAt(0).toUpperCase()}${type.slice(1)}`;
  const urn = `urn:pulumi:dev::tests::${token}::web`;
  const request = { urn, name: "web", type: token, olds: {}, news, preview: false, autonaming: undefined };
  return docker.check({ ...request, randomSeed: new Uint8Array(32), ...more });
}
const reasons = async (result: Promise<CheckResult>): Promise<string[]> =>
  (await result).failures.map((failure) => failure.reason);

describe("checking inputs", () => {
  it("completes nested defaults and lists what it added", async () => {
    const { inputs } = await check("container", {
      name: "a",
      image: "i",
      ports: [{ internal: 80 }],
      healthcheck: { tests: ["CMD", "true"], interval: "5s" },
      uploads: [{ file: "/f", content: "x" }],
    });
    expect(inputs).toMatchObject({
      ports: [{ __defaults: ["ip", "protocol"], internal: 80, ip: "0.0.0.0", protocol: "tcp" }],
      healthcheck: { __defaults: ["startInterval", "startPeriod", "timeout"], interval: "5s", timeout: "0s" },
      uploads: [{ __defaults: [], content: "x", file: "/f" }],
    });
  });

  it("turns texts, numbers and flags into each other where that loses nothing", async () => {
    const { inputs, failures } = await check("container", {
      name: 7,
      image: true,
      memory: "64",
      tty: "true",
      privileged: "false",
      logOpts: { "max-file": 3 },
    });
    expect(failures).toEqual([]);
    expect(inputs).toMatchObject({
      name: "7",
      image: "true",
      memory: 64,
      tty: true,
      privileged: false,
      logOpts: { "max-file": "3" },
    });
  });

  it("tells every problem at once, and never a value that might be secret", async () => {
    const news = {
      image: "i",
      envs: "SECRET=1",
      memory: 1.5,
      tty: 3,
      command: [["x"]],
      labels: [{ label: "a" }, "b"],
      logOpts: ["x"],
      healthcheck: "true",
      entrypoint: ["x"],
      nonsense: 1,
      exitCode: 1,
    };
    expect(await reasons(check("container", news))).toEqual([
      "expected a list, got a string. Examine values at 'web.envs'.",
      "expected a whole number, got a number. Examine values at 'web.memory'.",
      "expected true or false, got a number. Examine values at 'web.tty'.",
      "expected a text, got a list. Examine values at 'web.command[0]'.",
      "expected an object, got a string. Examine values at 'web.labels[1]'.",
      "expected a map of texts, got a list. Examine values at 'web.logOpts'.",
      "expected an object, got a string. Examine values at 'web.healthcheck'.",
      "Invalid or unknown key (did you mean 'entrypoints'?). Examine values at 'web.entrypoint'.",
      "Invalid or unknown key. Examine values at 'web.nonsense'.",
      "Value for unconfigurable attribute. Examine values at 'web.exitCode'.",
      "Missing required property 'labels[0].value'",
    ]);
  });

  it.each([
    [
      { restart: "sometimes" },
      "expected no, on-failure, always or unless-stopped, got \"sometimes\". Examine values at 'web.restart'.",
    ],
    [{ memory: -1 }, "expected 0 or more, got -1. Examine values at 'web.memory'."],
    [{ memorySwap: -2 }, "expected -1 or more, got -2. Examine values at 'web.memorySwap'."],
    [
      { cpuSet: "all" },
      'expected a list of CPUs such as "0-2,4", got "all". Examine values at \'web.cpuSet\'.',
    ],
    [
      { healthcheck: { interval: "5" } },
      'expected a duration such as "30s" or "1m30s". Examine values at \'web.healthcheck.interval\'.',
    ],
    [
      { mounts: [{ target: "/a", type: "disk" }] },
      "expected bind, volume or tmpfs, got \"disk\". Examine values at 'web.mounts[0].type'.",
    ],
    [
      { volumes: [{ hostPath: "relative" }] },
      "expected an absolute path, got \"relative\". Examine values at 'web.volumes[0].hostPath'.",
    ],
    [
      { uploads: [{ file: "/f", permissions: "644" }] },
      "expected an octal mode such as 0644, got \"644\". Examine values at 'web.uploads[0].permissions'.",
    ],
    [
      { gpus: "all", deviceRequests: [{}] },
      '"deviceRequests" conflicts with "gpus". Examine values at \'web.deviceRequests\'.',
    ],
  ])("refuses %o", async (news, reason) => {
    expect(await reasons(check("container", { name: "a", image: "i", ...news }))).toEqual([reason]);
  });

  it("asks for what is required, also in nested objects", async () => {
    expect(await reasons(check("container", {}))).toEqual(["Missing required property 'image'"]);
    expect(await reasons(check("remoteImage", { build: {} }))).toEqual([
      "Missing required property 'name'",
      "Missing required property 'build.context'",
    ]);
  });

  it("refuses build inputs that only buildx has, and build beside pullTriggers", async () => {
    const news = {
      name: "i",
      pullTriggers: ["a"],
      build: { context: ".", secrets: [{ id: "s" }], version: "3" },
    };
    expect(await reasons(check("remoteImage", news))).toEqual([
      "needs buildx, which this engine does not drive; use the official plugin for this image. Examine values at 'web.build.secrets'.",
      'expected "1" (classic builder) or "2" (BuildKit), got "3". Examine values at \'web.build.version\'.',
      '"build" conflicts with "pullTriggers". Examine values at \'web.build\'.',
    ]);
  });

  it("lets unknown values pass, unwraps outputs and keeps secrets", async () => {
    const { inputs, failures } = await check("container", {
      name: new Secret("a"),
      image: computed,
      envs: [new OutputValue("A=1", true, []), new OutputValue(undefined, false, [])],
      memory: null,
      labels: [{ label: "l", value: computed }],
    });
    expect(failures).toEqual([]);
    expect(inputs).toMatchObject({
      name: new Secret("a"),
      image: computed,
      envs: ["A=1", computed],
      labels: [{ value: computed }],
    });
    expect(inputs).not.toHaveProperty("memory");
  });
});

describe("automatic names", () => {
  it("come from the resource's name and the seed", async () => {
    const first = await check("volume", {});
    expect(first.inputs["name"]).toMatch(/^web-[0-9a-f]{7}$/);
    expect(first.inputs["__defaults"]).toEqual(["name"]);
    expect((await check("volume", {})).inputs).toEqual(first.inputs);
    const other = await check("volume", {}, { randomSeed: Uint8Array.of(1) });
    expect(other.inputs["name"]).not.toBe(first.inputs["name"]);
  });

  it("stay within Docker's limit", async () => {
    const { inputs } = await check("network", {}, { name: "n".repeat(300) });
    expect(String(inputs["name"])).toHaveLength(255);
  });

  it("stay what they were, unless the program had chosen them", async () => {
    const kept = await check("volume", {}, { olds: { __defaults: ["name"], name: "web-old" } });
    expect(kept.inputs["name"]).toBe("web-old");
    expect((await check("volume", {}, { olds: { name: "web-older" } })).inputs["name"]).toBe("web-older");
    const secret = { __defaults: ["name"], name: new Secret("web-secret") };
    expect((await check("volume", {}, { olds: secret })).inputs["name"]).toBe("web-secret");
    const fresh = await check("volume", {}, { olds: { __defaults: [], name: "mine" } });
    expect(fresh.inputs["name"]).toMatch(/^web-/);
  });

  it("follow the stack's naming rules", async () => {
    const proposed = await check("volume", {}, { autonaming: { mode: "propose", name: "proposed" } });
    expect(proposed.inputs["name"]).toBe("proposed");
    const enforced = await check("volume", {}, { autonaming: { mode: "enforce", name: "exact" } });
    expect(enforced.inputs["name"]).toBe("exact");
    expect(await reasons(check("volume", {}, { autonaming: { mode: "disabled" } }))).toEqual([
      "automatic naming is disabled, so a name must be given. Examine values at 'web.name'.",
    ]);
  });
});

describe("the provider's own settings", () => {
  const config = (news: PropertyMap) =>
    docker.checkConfig({
      urn: "urn:pulumi:dev::tests::pulumi:providers:docker::p",
      olds: {},
      news,
      preview: false,
    });

  it("are passed on as they are", async () => {
    const news = { host: "unix:///a", version: "5.2.0", registryAuth: "[]" };
    expect(await config(news)).toEqual({ inputs: news, failures: [] });
  });

  it("have known names", async () => {
    expect((await config({ hots: "x" })).failures[0]?.reason).toContain(
      "`docker:hots` is not a valid configuration key",
    );
  });

  it("leave it to the engine whether they changed", async () => {
    const request = { urn: "", oldInputs: {}, oldOutputs: {}, newInputs: {}, ignoreChanges: [] };
    expect(await docker.diffConfig(request)).toMatchObject({ changes: "unknown", replaceKeys: [] });
  });
});

describe("a type that is not served", () => {
  it("is named, with those that are", async () => {
    await expect(check("service", {})).rejects.toThrow(
      "docker:index/service:Service is not served by this engine (it serves docker:index/network:Network,",
    );
  });

  it("needs no daemon until something is to be made", async () => {
    const request = {
      urn: "u",
      name: "n",
      type: "docker:index/volume:Volume",
      inputs: {},
      timeout: 0,
      preview: false,
    };
    await expect(createDockerProvider().create(request)).rejects.toThrow(
      "the docker provider is not configured",
    );
  });
});
