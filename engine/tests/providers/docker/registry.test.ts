import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { PropertyMap } from "../../../src/protocol/property-value.ts";
import { type FakeAnswer, type FakeRequest, fakeDaemon } from "./fake-daemon.ts";
import { configured, Managed } from "./managed.ts";

const folder = mkdtempSync(join(tmpdir(), "trials-engine-registry-"));
afterAll(() => rmSync(folder, { recursive: true }));
writeFileSync(join(folder, "Dockerfile"), "FROM scratch\n");

const DIGEST = `sha256:${"d".repeat(64)}`;
const IMAGE = {
  Id: `sha256:${"1".repeat(64)}`,
  RepoDigests: [`other@${DIGEST}`, `far.example/app@${DIGEST}`],
};
const login = { registryAuth: [{ address: "far.example", username: "me", password: "secret" }] };
const authOf = (request: FakeRequest | undefined): unknown =>
  JSON.parse(Buffer.from(String(request?.headers["x-registry-auth"]), "base64url").toString());

/** A daemon that gets an image by pulling or building it. */
async function daemonWith(answers: { readonly [route: string]: FakeAnswer }) {
  let hasImage = false;
  const daemon = await fakeDaemon((request) => {
    const route = `${request.method} ${request.path}`;
    if (route === "POST /images/create" || route === "POST /build") hasImage = true;
    if (route.startsWith("GET /images/") && route.endsWith("/json") && !hasImage)
      return { status: 404, body: { message: "No such image" } };
    if (route === "GET /version") return { body: { ApiVersion: "1.38", Os: "linux" } };
    return answers[route];
  });
  const docker = (settings: PropertyMap = {}, progress: string[] = []) =>
    configured({ onProgress: (_urn, line) => progress.push(line) }, { host: daemon.host, ...settings });
  return { ...daemon, docker };
}

describe("pulling", () => {
  const pulled = {
    "GET /images/far.example/app/json": { body: IMAGE },
    "GET /images/far.example/app:1/json": { body: IMAGE },
  };

  it("logs in, tells what goes on, and records the registry's digest", async () => {
    const lines = [
      { status: "Pulling from app", id: "1" },
      { status: "Downloading", progress: "[=>]" },
      { status: "Done" },
    ];
    const daemon = await daemonWith({ ...pulled, "POST /images/create": { lines } });
    const progress: string[] = [];
    const image = new Managed(await daemon.docker(login, progress), "remoteImage");
    await image.create({ name: "far.example/app", platform: "linux/arm64" });
    const pull = daemon.requests.find((request) => request.path === "/images/create");
    expect(Object.fromEntries(pull?.query ?? [])).toMatchObject({
      fromImage: "far.example/app",
      tag: "latest",
      platform: "linux/arm64",
    });
    expect(authOf(pull)).toMatchObject({ username: "me", password: "secret" });
    expect(progress).toEqual(["Pulling from app", "Done"]);
    expect(image.outputs).toMatchObject({
      imageId: IMAGE.Id,
      repoDigest: `far.example/app@${DIGEST}`,
      platform: "linux/arm64",
    });
  });

  it("fails with the registry's words, in the answer or in its stream", async () => {
    const refused = await daemonWith({
      "POST /images/create": { status: 404, body: { message: "manifest unknown" } },
    });
    await expect(
      new Managed(await refused.docker(), "remoteImage").create({ name: "far.example/app:1" }),
    ).rejects.toThrow(
      "Unable to read Docker image into resource: unable to pull image far.example/app:1: error pulling image far.example/app:1: Error response from daemon: manifest unknown",
    );
    const broken = await daemonWith({ "POST /images/create": { lines: [{ error: "unauthorized" }] } });
    await expect(
      new Managed(await broken.docker(), "remoteImage").create({ name: "far.example/app:1" }),
    ).rejects.toThrow("unauthorized");
    const empty = await daemonWith({ "POST /images/create": { lines: [] } });
    await expect(
      new Managed(await empty.docker(), "remoteImage").create({ name: "far.example/app:1" }),
    ).rejects.toThrow("unable to find or pull image far.example/app:1");
  });
});

describe("building with an old daemon", () => {
  it("uses the classic builder and sends the logins", async () => {
    const built = { lines: [{ stream: "Step 1/1 : FROM scratch" }, { aux: { ID: IMAGE.Id } }] };
    const daemon = await daemonWith({
      "POST /build": built,
      "GET /images/app:1/json": { body: { Id: IMAGE.Id } },
    });
    const image = new Managed(await daemon.docker(login), "remoteImage");
    const limits = {
      memory: 1,
      cpuShares: 2,
      ulimits: [{ name: "nofile", soft: 1, hard: 2 }],
      cacheFroms: ["a"],
      pullParent: true,
    };
    await image.create({
      name: "app:1",
      build: { context: folder, labels: { a: "1" }, label: { b: "2" }, ...limits },
    });
    const build = daemon.requests.find((request) => request.path === "/build");
    expect(Object.fromEntries(build?.query ?? [])).toMatchObject({
      version: "1",
      dockerfile: "Dockerfile",
      t: "app:1",
      labels: '{"b":"2","a":"1"}',
      memory: "1",
      cpushares: "2",
      ulimits: '[{"Name":"nofile","Soft":1,"Hard":2}]',
      cachefrom: '["a"]',
      pull: "true",
      rm: "true",
    });
    expect(
      JSON.parse(Buffer.from(String(build?.headers["x-registry-config"]), "base64").toString()),
    ).toHaveProperty(["far.example"]);
  });

  it("fails where the daemon refuses or names no image", async () => {
    const refused = await daemonWith({ "POST /build": { status: 400, body: { message: "bad option" } } });
    await expect(
      new Managed(await refused.docker(), "remoteImage").create({ name: "a", build: { context: folder } }),
    ).rejects.toThrow(
      `Error building image a: Error response from daemon: bad option\n  Dockerfile: ${folder}/Dockerfile`,
    );
    const silent = await daemonWith({ "POST /build": { lines: [] } });
    await expect(
      new Managed(await silent.docker(), "remoteImage").create({ name: "a", build: { context: folder } }),
    ).rejects.toThrow("the daemon named no image");
  });
});

describe("pushing", () => {
  const built = {
    "POST /build": { lines: [{ aux: { ID: IMAGE.Id } }] },
    "GET /images/far.example/app:2/json": { body: IMAGE },
  };
  const inputs = { imageName: "far.example/app:2", build: { context: folder } };

  it("records the digest that the registry gave", async () => {
    const lines = [
      { status: "Pushing", progress: "[=>]" },
      { status: "Pushed" },
      { aux: { Tag: "2", Digest: DIGEST } },
    ];
    const daemon = await daemonWith({ ...built, "POST /images/far.example/app/push": { lines } });
    const image = await new Managed(await daemon.docker(login), "image").create(inputs);
    expect(image.outputs).toMatchObject({ repoDigest: `far.example/app@${DIGEST}`, registryServer: "" });
    const push = daemon.requests.find((request) => request.path.endsWith("/push"));
    expect(push?.query.get("tag")).toBe("2");
    expect(authOf(push)).toMatchObject({ username: "me" });
    const own = { ...inputs, registry: { server: "far.example", username: "you", password: "p" } };
    await image.update(own);
    expect(authOf(daemon.requests.findLast((request) => request.path.endsWith("/push")))).toMatchObject({
      username: "you",
    });
    expect((await image.diff({ ...own, registry: { ...own.registry, password: "new" } })).changes).toBe(
      "none",
    );
    expect((await image.diff(inputs)).detailedDiff).toEqual({
      registry: { kind: "delete", inputDiff: false },
    });
  });

  it("fails with the registry's words", async () => {
    const daemon = await daemonWith({
      ...built,
      "POST /images/far.example/app/push": { lines: [{ error: "denied" }] },
    });
    await expect(new Managed(await daemon.docker(), "image").create(inputs)).rejects.toThrow(
      "error pushing image far.example/app:2: denied",
    );
  });
});

describe("data sources", () => {
  it("ask the registry through the daemon", async () => {
    const daemon = await daemonWith({
      "GET /distribution/far.example/app:1/json": { body: { Descriptor: { digest: DIGEST } } },
    });
    const docker = await daemon.docker(login);
    const token = "docker:index/getRegistryImage:getRegistryImage";
    const answer = await docker.invoke({ token, args: { name: "far.example/app:1" }, preview: false });
    expect(answer).toEqual({
      result: { id: DIGEST, name: "far.example/app:1", sha256Digest: DIGEST, insecureSkipVerify: false },
      failures: [],
    });
    await expect(
      docker.invoke({ token, args: { name: "far.example/none" }, preview: false }),
    ).rejects.toThrow(
      "Got error when attempting to fetch image version far.example/none from registry: Error response from daemon: no such thing",
    );
  });
});

describe("a daemon in trouble", () => {
  it.each([
    [
      "network",
      { name: "n" },
      { "POST /networks/create": { body: { Id: "1" } } },
      "network n disappeared right after its creation",
    ],
    [
      "volume",
      { name: "v" },
      { "POST /volumes/create": { body: { Name: "v" } } },
      "volume v disappeared right after its creation",
    ],
    [
      "network",
      { name: "n" },
      { "POST /networks/create": { status: 500, body: { message: "boom" } } },
      "Unable to create network: Error response from daemon: boom",
    ],
  ])("fails to make a %s with its words", async (type, inputs, answers, message) => {
    const daemon = await daemonWith(answers);
    await expect(new Managed(await daemon.docker(), type).create(inputs)).rejects.toThrow(message);
  });

  it("fails to read and remove with its words", async () => {
    const boom = { status: 500, body: { message: "boom" } };
    const daemon = await fakeDaemon((request) => (request.path === "/_ping" ? undefined : boom));
    const docker = await configured({}, { host: daemon.host });
    for (const [type, what] of [
      ["network", "network"],
      ["volume", "volume"],
      ["container", "container"],
    ] as const) {
      const resource = new Managed(docker, type);
      await expect(resource.import("x")).rejects.toThrow(
        `Unable to inspect ${what}: Error response from daemon: boom`,
      );
      resource.state = { id: "x", inputs: {}, outputs: { name: "x" } };
      await expect(resource.destroy()).rejects.toThrow("Error response from daemon: boom");
    }
    const image = new Managed(docker, "remoteImage");
    await expect(image.import("x")).rejects.toThrow(
      "unable to inspect image x: Error response from daemon: boom",
    );
  });

  it("names who still uses what cannot go", async () => {
    const daemon = await fakeDaemon(({ method, path }) => {
      if (method === "DELETE") return { status: 409, body: { message: "in use in some other way" } };
      if (path === "/containers/json")
        return {
          body: [
            { Id: "1", Names: ["/user"] },
            { Id: "2", Names: [] },
          ],
        };
      if (path === "/networks/n") return { body: { Id: "n", Containers: { a: { Name: "member" } } } };
      return undefined;
    });
    const docker = await configured({}, { host: daemon.host });
    const [network, volume] = [new Managed(docker, "network"), new Managed(docker, "volume")];
    network.state = { id: "n", inputs: {}, outputs: {} };
    volume.state = { id: "v", inputs: {}, outputs: {} };
    await expect(network.destroy()).rejects.toThrow("Containers that use it: member.");
    await expect(volume.destroy()).rejects.toThrow("Containers that use it: user, 2.");
  });

  it("keeps a swap limit that its kernel cannot count", async () => {
    const daemon = await fakeDaemon(({ path }) => {
      if (path === "/info") return { body: { SwapLimit: false } };
      if (path !== "/containers/c/json") return undefined;
      const config = {
        Hostname: "",
        Domainname: "",
        User: "",
        Tty: false,
        OpenStdin: false,
        Image: "i",
        WorkingDir: "",
      };
      return {
        body: {
          Id: "c",
          Name: "/c",
          Platform: "linux",
          State: { Running: true, ExitCode: 0 },
          Config: config,
          HostConfig: { Memory: 64 * 2 ** 20, MemorySwap: -1, NetworkMode: "default" },
          NetworkSettings: {},
        },
      };
    });
    const container = new Managed(await configured({}, { host: daemon.host }), "container");
    const program = { name: "c", image: "i", memory: 64, memorySwap: 64 };
    container.state = {
      id: "c",
      inputs: program,
      outputs: { ...program, mustRun: true, restart: "no", networkMode: "bridge" },
    };
    await container.refresh();
    expect(container.outputs).toMatchObject({ memorySwap: 64, networkMode: "bridge" });
    expect((await container.diff(program)).detailedDiff).toEqual({});
  });
});
