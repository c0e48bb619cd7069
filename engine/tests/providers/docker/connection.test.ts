import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { ProviderError } from "../../../src/errors.ts";
import { Secret } from "../../../src/protocol/property-value.ts";
import { clientOptions, connect } from "../../../src/providers/docker/connection.ts";
import { daemonText, isUnreachable } from "../../../src/providers/docker/daemon-error.ts";
import { readLogins, registryName, registryOf } from "../../../src/providers/docker/logins.ts";
import { fakeDaemon } from "./fake-daemon.ts";
import { configured, Managed } from "./managed.ts";

const home = mkdtempSync(join(tmpdir(), "trials-engine-home-"));
afterAll(() => rmSync(home, { recursive: true }));
const environment = { HOME: home };

describe("the way to the daemon", () => {
  it("is the provider's host, before DOCKER_HOST", async () => {
    const [own, other] = [await fakeDaemon(() => undefined), await fakeDaemon(() => undefined)];
    expect((await connect({ host: own.host }, { DOCKER_HOST: other.host })).host).toBe(own.host);
    expect((await connect({}, { DOCKER_HOST: other.host })).host).toBe(other.host);
    expect((await connect({ host: new Secret(own.host) }, environment)).host).toBe(own.host);
  });

  it("is the address that a docker context keeps", async () => {
    const { host } = await fakeDaemon(() => undefined);
    const folder = join(home, ".docker/contexts/meta", createHash("sha256").update("far").digest("hex"));
    mkdirSync(folder, { recursive: true });
    writeFileSync(
      join(folder, "meta.json"),
      JSON.stringify({ Name: "far", Endpoints: { docker: { Host: host } } }),
    );
    expect((await connect({ context: "far" }, environment)).host).toBe(host);
    await expect(connect({ context: "none" }, environment)).rejects.toThrow(
      'docker context "none" not found',
    );
    writeFileSync(join(folder, "meta.json"), "{}");
    await expect(connect({ context: "far" }, environment)).rejects.toThrow(
      'docker context "far" names no host',
    );
  });

  it("that leads nowhere is one clear error: the official text, each address tried, and what to do", async () => {
    const error: unknown = await connect({ host: "unix:///nonexistent.sock" }, environment).catch(
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(ProviderError);
    expect(error).toMatchObject({ status: "ok" });
    expect(String(error)).toBe(
      "ProviderError: docker native provider returned an unexpected error from Configure: failed to connect to any docker daemon\n" +
        "  unix:///nonexistent.sock: Cannot connect to the Docker daemon (connect ENOENT /nonexistent.sock). Is the docker daemon running?\n" +
        "Start Docker, or say where it is: DOCKER_HOST in the environment, or `pulumi config set docker:host unix:///path/to/docker.sock`.",
    );
    await expect(connect({ host: "tcp://127.0.0.1:1" }, environment)).rejects.toThrow("ECONNREFUSED");
  });

  it("is not tried where the daemon check is off", async () => {
    const settings = { host: "unix:///nonexistent.sock", disableDockerDaemonCheck: "true" };
    expect((await connect(settings, environment)).host).toBe("unix:///nonexistent.sock");
  });

  it("that breaks later is said to be broken", async () => {
    const settings = { host: "unix:///nonexistent.sock", disableDockerDaemonCheck: true };
    const docker = await configured({}, settings);
    await expect(new Managed(docker, "volume").create({ name: "v" })).rejects.toThrow(
      "Unable to create volume: Cannot connect to the Docker daemon (connect ENOENT /nonexistent.sock). Is the docker daemon running?",
    );
  });

  it("is tried at the usual places where nobody names one", async () => {
    expect((await connect({}, environment)).host).toBe("unix:///var/run/docker.sock");
  });
});

describe("the client's options", () => {
  it.each([
    ["unix:///run/d.sock", {}, { socketPath: "/run/d.sock" }],
    ["npipe:////./pipe/docker_engine", {}, { socketPath: "//./pipe/docker_engine" }],
    ["tcp://far", {}, { protocol: "http", host: "far", port: 2375 }],
    ["far:4243", {}, { protocol: "http", host: "far", port: "4243" }],
    ["https://far", {}, { protocol: "https", host: "far", port: 2376 }],
    [
      "ssh://me@far",
      { SSH_AUTH_SOCK: "/agent" },
      { protocol: "ssh", host: "far", port: 22, username: "me", sshOptions: { agent: "/agent" } },
    ],
    ["ssh://me@far:2222", {}, { protocol: "ssh", host: "far", port: "2222", username: "me" }],
    ["unix:///d", { DOCKER_API_VERSION: "1.41" }, { socketPath: "/d", version: "v1.41" }],
  ])("for %s are right", (host, env, expected) => expect(clientOptions(host, {}, env)).toEqual(expected));

  it("carry certificates, given as they are or by their folder", () => {
    const material = { caMaterial: "ca", certMaterial: "cert", keyMaterial: "key" };
    expect(clientOptions("tcp://far:1", material, {})).toMatchObject({
      protocol: "https",
      ca: "ca",
      cert: "cert",
      key: "key",
    });
    for (const name of ["ca", "cert", "key"]) writeFileSync(join(home, `${name}.pem`), `${name} file`);
    expect(clientOptions("tcp://far", {}, { DOCKER_CERT_PATH: home })).toMatchObject({
      port: 2376,
      ca: "ca file",
    });
    expect(() => clientOptions("tcp://far", { caMaterial: "ca" }, {})).toThrow("must all be specified");
  });

  it("need an address", () => {
    expect(() => clientOptions("tcp://", {}, {})).toThrow('docker:host "tcp://" is no address');
    expect(() => clientOptions("tcp://a b", {}, {})).toThrow('docker:host "tcp://a b" is no address');
  });
});

describe("registry logins", () => {
  const auth = (user: string) => ({ auth: Buffer.from(`${user}:pass:word`).toString("base64") });

  it("come from docker login and from the provider's settings", () => {
    mkdirSync(join(home, ".docker"), { recursive: true });
    const auths = {
      "https://index.docker.io/v1/": auth("hub"),
      "far.example": auth("far"),
      "helper.example": {},
    };
    writeFileSync(join(home, ".docker/config.json"), JSON.stringify({ auths }));
    writeFileSync(join(home, "other.json"), JSON.stringify({ auths: { "file.example": auth("file") } }));
    const settings = {
      registryAuth: [
        { address: "own.example", username: "me", password: "secret" },
        { address: "far.example", authDisabled: true },
        { address: "file.example", configFile: join(home, "other.json") },
        {
          address: "text.example",
          configFileContent: JSON.stringify({ auths: { "text.example": auth("text") } }),
        },
        { address: "nothing.example" },
      ],
    };
    const logins = readLogins(settings, environment);
    expect([...logins.keys()].sort()).toEqual([
      "file.example",
      "own.example",
      "registry-1.docker.io",
      "text.example",
    ]);
    expect(logins.get("registry-1.docker.io")).toEqual({
      username: "hub",
      password: "pass:word",
      serveraddress: "https://index.docker.io/v1/",
    });
  });

  it("are none where there is no file, or nothing in it", () => {
    expect(readLogins({}, { DOCKER_CONFIG: join(home, "nowhere") }).size).toBe(0);
    writeFileSync(join(home, "config.json"), "{}");
    expect(readLogins({}, { DOCKER_CONFIG: home }).size).toBe(0);
  });

  it.each([
    ["busybox", "registry-1.docker.io"],
    ["library/busybox:1", "registry-1.docker.io"],
    ["localhost/a", "localhost"],
    ["far.example/a/b:1", "far.example"],
    ["far:5000/a", "far:5000"],
    ["docker.io/a/b", "registry-1.docker.io"],
  ])("for %s are those of %s", (image, registry) => expect(registryOf(image)).toBe(registry));

  it("are known by host names", () => expect(registryName("https://far.example/v2/")).toBe("far.example"));
});

describe("what the daemon says", () => {
  it("is told in its own words", () => {
    const refusal = Object.assign(new Error("(HTTP code 409) conflict - name taken "), {
      statusCode: 409,
      json: null,
    });
    expect(daemonText(refusal)).toBe("Error response from daemon: name taken");
    expect(daemonText(Object.assign(refusal, { json: { message: "in JSON\n" } }))).toBe(
      "Error response from daemon: in JSON",
    );
    expect(daemonText("text")).toBe("text");
    expect(daemonText(new Error("plain"))).toBe("plain");
    expect(isUnreachable(Object.assign(new Error("x"), { code: "ENOENT", syscall: "open" }))).toBe(false);
  });
});
