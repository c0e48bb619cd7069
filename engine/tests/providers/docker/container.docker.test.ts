import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { PropertyMap } from "../../../src/protocol/property-value.ts";
import { BASE_IMAGE, daemon, LABEL, useDaemon } from "./daemon.ts";
import { configured, Managed } from "./managed.ts";

const { prefix, labels } = useDaemon();
const folder = mkdtempSync(join(tmpdir(), "trials-engine-container-"));
const docker = await configured({ directory: folder });
afterAll(() => rmSync(folder, { recursive: true }));

let count = 0;
const sleeper = (more: PropertyMap = {}): PropertyMap => ({
  name: `${prefix}-${++count}`,
  image: BASE_IMAGE,
  command: ["sleep", "600"],
  labels,
  ...more,
});
const container = (): Managed => new Managed(docker, "container");
const inside = async (id: string, ...command: string[]): Promise<string> => {
  const exec = await daemon
    .getContainer(id)
    .exec({ Cmd: command, AttachStdout: true, AttachStderr: true, Tty: true });
  const stream = await exec.start({ Tty: true });
  let text = "";
  for await (const chunk of stream) text += String(chunk);
  return text.trim();
};

describe("a container", () => {
  it("has every setting that was asked for, and no difference afterwards", async () => {
    const network = await new Managed(docker, "network").create({ name: `${prefix}-full`, labels });
    writeFileSync(join(folder, "from-file"), "from a file");
    const inputs = sleeper({
      hostname: "box",
      user: "0:0",
      privileged: false,
      workingDir: "/tmp",
      init: true,
      envs: ["B=2", "A=1"],
      restart: "unless-stopped",
      memory: 64,
      memorySwap: 64,
      memoryReservation: 32,
      cpus: "0.50",
      cpuShares: 512,
      cpuSet: "0",
      shmSize: 32,
      readOnly: true,
      capabilities: { adds: ["NET_ADMIN"], drops: ["ALL"] },
      securityOpts: ["no-new-privileges"],
      tmpfs: { "/run": "size=1m" },
      ulimits: [{ name: "nofile", soft: 100, hard: 200 }],
      ports: [
        { internal: 8081, ip: "127.0.0.1" },
        { internal: 8080, external: 0, ip: "127.0.0.1", protocol: "udp" },
      ],
      networksAdvanced: [{ name: network.outputs["name"] as string, aliases: ["second", "first"] }],
      hosts: [{ host: "elsewhere", ip: "10.0.0.7" }],
      dns: ["10.0.0.53"],
      dnsOpts: ["ndots:2"],
      dnsSearches: ["example.org"],
      groupAdds: ["27"],
      sysctls: { "net.ipv4.ip_unprivileged_port_start": "0" },
      logDriver: "json-file",
      logOpts: { "max-size": "1m" },
      stopSignal: "SIGTERM",
      stopTimeout: 1,
      healthcheck: {
        tests: ["CMD", "true"],
        interval: "90s",
        timeout: "5s",
        startPeriod: "100ms",
        retries: 2,
      },
      mounts: [
        { type: "tmpfs", target: "/scratch", tmpfsOptions: { sizeBytes: 1_048_576, mode: 0o1777 } },
        {
          type: "bind",
          target: "/bound",
          source: folder,
          readOnly: true,
          bindOptions: { propagation: "rprivate" },
        },
      ],
      volumes: [
        { containerPath: "/files", hostPath: folder, readOnly: true },
        { containerPath: "/anonymous" },
      ],
    });
    const full = await container().create(inputs);
    expect((await full.diff(inputs)).detailedDiff).toEqual({});
    await full.refresh();
    expect((await full.diff(inputs)).detailedDiff).toEqual({});

    const live = await daemon.getContainer(full.known.id).inspect();
    expect(live.HostConfig).toMatchObject({
      Memory: 67_108_864,
      NanoCpus: 500_000_000,
      CapDrop: ["ALL"],
      ReadonlyRootfs: true,
      SecurityOpt: ["no-new-privileges"],
      Init: true,
    });
    expect(live.NetworkSettings.Networks[`${prefix}-full`]?.Aliases).toEqual(
      expect.arrayContaining(["first", "second"]),
    );
    expect(live.NetworkSettings.Networks["bridge"]).toBeUndefined();
    expect(await inside(full.known.id, "ls", "/files", "/bound")).toContain("from-file");
    expect(full.outputs["capabilities"]).toEqual({ adds: ["NET_ADMIN"], drops: ["ALL"] });
    expect(full.outputs["ports"]).toMatchObject([
      { internal: 8080 },
      { internal: 8081, external: expect.any(Number) },
    ]);
    expect(full.outputs["networkDatas"]).toMatchObject([{ networkName: `${prefix}-full` }]);
    await full.destroy();
    await network.destroy();
  });

  it("holds the uploaded files before it starts", async () => {
    writeFileSync(join(folder, "source"), "three");
    const inputs = sleeper({
      command: ["sh", "-c", "cat /etc/one /etc/two /etc/three > /all; sleep 600"],
      uploads: [
        { file: "/etc/one", content: "one " },
        { file: "/etc/two", contentBase64: Buffer.from("two ").toString("base64"), executable: true },
        { file: "/etc/three", source: "source", permissions: "0600" },
      ],
    });
    const uploaded = await container().create(inputs);
    expect(await inside(uploaded.known.id, "stat", "-c", "%a", "/etc/one", "/etc/two", "/etc/three")).toBe(
      "644\r\n744\r\n600",
    );
    expect(await inside(uploaded.known.id, "cat", "/all")).toBe("one two three");
    expect((await uploaded.diff(inputs)).changes).toBe("none");
    await uploaded.destroy();
  });

  it.each([
    [{}, "one of 'content', 'content_base64', or 'source' must be set"],
    [{ content: "a", source: "b" }, "only one of 'content', 'content_base64', or 'source' can be set"],
    [{ source: "/nowhere/at/all" }, "could not read file: ENOENT"],
  ])("is not left behind when an upload cannot be made: %o", async (upload, message) => {
    const inputs = sleeper({ uploads: [{ file: "/x", ...upload }] });
    await expect(container().create(inputs)).rejects.toThrow(message);
    await expect(daemon.getContainer(String(inputs["name"])).inspect()).rejects.toThrow("No such container");
  });

  it("changes limits and restart policy in place", async () => {
    const inputs = sleeper({ memory: 32, restart: "no" });
    const limited = await container().create(inputs);
    const changed = { ...inputs, memory: 128, restart: "on-failure", maxRetryCount: 3, cpuShares: 256 };
    expect((await limited.diff(changed)).detailedDiff).toMatchObject({
      cpuShares: { kind: "update" },
      maxRetryCount: { kind: "update" },
      memory: { kind: "update" },
      memorySwap: { kind: "delete" },
      restart: { kind: "update" },
    });
    await limited.update(changed);
    const { HostConfig: host } = await daemon.getContainer(limited.known.id).inspect();
    expect(host).toMatchObject({
      Memory: 128 * 2 ** 20,
      CpuShares: 256,
      RestartPolicy: { Name: "on-failure", MaximumRetryCount: 3 },
    });
    expect((await limited.diff(changed)).changes).toBe("none");
    expect(await limited.diff(inputs)).toMatchObject({ replaceKeys: ["cpuShares"] });
    await limited.destroy();
  });

  it("says what Docker says when a limit cannot be set", async () => {
    const inputs = sleeper({ memory: 64, memorySwap: 64 });
    const limited = await container().create(inputs);
    await expect(limited.update({ ...inputs, memory: 128 })).rejects.toThrow(
      /Unable to update a container: Error response from daemon: .*memoryswap/i,
    );
    await limited.destroy();
  });

  it("shows what someone changed by hand", async () => {
    const inputs = sleeper({ memory: 32, memorySwap: 32 });
    const drifted = await container().create(inputs);
    await daemon
      .getContainer(drifted.known.id)
      .update({ Memory: 48 * 2 ** 20, MemorySwap: 48 * 2 ** 20, RestartPolicy: { Name: "always" } });
    await drifted.refresh();
    expect((await drifted.diff(inputs)).detailedDiff).toMatchObject({
      memory: { kind: "update" },
      restart: { kind: "update" },
    });
    await drifted.destroy();
  });

  it("is started again when it must run", async () => {
    const inputs = sleeper();
    const stopped = await container().create(inputs);
    await daemon.getContainer(stopped.known.id).stop({ t: 0 });
    await stopped.refresh();
    expect(stopped.outputs).toMatchObject({ mustRun: false, exitCode: 137 });
    expect((await stopped.diff(inputs)).detailedDiff).toEqual({
      mustRun: { kind: "update", inputDiff: false },
    });
    await stopped.update(inputs);
    expect((await daemon.getContainer(stopped.known.id).inspect()).State.Running).toBe(true);
    expect((await stopped.diff(inputs)).changes).toBe("none");
    await stopped.destroy();
  });

  it("may stay stopped when it need not run, and keeps its ports", async () => {
    const inputs = sleeper({
      mustRun: false,
      start: false,
      ports: [{ internal: 80, external: 18_765, ip: "127.0.0.1" }],
    });
    const created = await container().create(inputs);
    await created.refresh();
    expect((await created.diff(inputs)).changes).toBe("none");
    expect(created.outputs["ports"]).toMatchObject([{ external: 18_765 }]);
    await created.destroy();
  });

  it("is gone after a refresh when someone removed it, and removing it again is fine", async () => {
    const lost = await container().create(sleeper());
    const before = lost.state;
    await daemon.getContainer(lost.known.id).remove({ force: true });
    expect(await lost.refresh()).toBeUndefined();
    lost.state = before;
    await lost.destroy();
  });

  it("is imported with what its image does not say", async () => {
    const made = await daemon.createContainer({
      name: `${prefix}-imported`,
      Image: BASE_IMAGE,
      Cmd: ["sleep", "600"],
      Env: ["MINE=1"],
      ExposedPorts: { "80/tcp": {} },
      Labels: { [LABEL]: prefix },
      HostConfig: {
        Binds: [`${folder}:/files:ro`],
        PortBindings: { "80/tcp": [{ HostIp: "127.0.0.1", HostPort: "" }] },
      },
    });
    await made.start();
    const imported = container();
    const state = await imported.import(`${prefix}-imported`);
    expect(state?.inputs).toMatchObject({
      name: `${prefix}-imported`,
      image: BASE_IMAGE,
      envs: ["MINE=1"],
      labels,
      volumes: [{ hostPath: folder, containerPath: "/files", readOnly: true }],
      ports: [{ internal: 80, ip: "127.0.0.1" }],
    });
    const program = sleeper({
      name: `${prefix}-imported`,
      envs: ["MINE=1"],
      volumes: [{ hostPath: folder, containerPath: "/files", readOnly: true }],
      ports: [{ internal: 80, ip: "127.0.0.1" }],
    });
    expect((await imported.diff(program)).detailedDiff).toEqual({});
    await imported.destroy();
  });

  it("gets the time to end that it asks for", async () => {
    const inputs = sleeper({
      command: ["sh", "-c", "trap 'exit 0' TERM; touch /tmp/listens; while :; do sleep 1; done"],
      healthcheck: { tests: ["CMD", "test", "-f", "/tmp/listens"], interval: "1s" },
      wait: true,
      destroyGraceSeconds: 10,
    });
    const graceful = await container().create(inputs);
    const started = performance.now();
    await graceful.destroy();
    expect(performance.now() - started).toBeLessThan(9000);
  });

  it("is attached to until its end, with its log", async () => {
    const inputs = sleeper({
      command: ["sh", "-c", "echo out; echo err >&2; exit 3"],
      attach: true,
      logs: true,
      mustRun: false,
    });
    const ended = await container().create(inputs);
    expect(ended.outputs).toMatchObject({ exitCode: 3 });
    expect(String(ended.outputs["containerLogs"]).split("\n").sort()).toEqual(["", "err", "out"]);
    await ended.destroy();
  });

  it("leaves nothing when it was to be removed at its end", async () => {
    const inputs = sleeper({ command: ["true"], attach: true, rm: true, mustRun: false });
    const ended = await container().create(inputs);
    expect(ended.outputs).toMatchObject({ exitCode: 0, rm: true });
    expect(await ended.refresh()).toBeUndefined();
  });

  it("is replaced when its health check, its init or its tmpfs changes", async () => {
    const inputs = sleeper({ healthcheck: { tests: ["CMD", "true"] }, tmpfs: { "/run": "" } });
    const checked = await container().create(inputs);
    const changed = {
      ...inputs,
      healthcheck: { tests: ["CMD", "false"] },
      tmpfs: { "/run": "size=1m" },
      init: true,
    };
    expect((await checked.diff(changed)).replaceKeys).toEqual(["healthcheck", "init", "tmpfs"]);
    await checked.destroy();
  });
});

describe("a container that cannot be made", () => {
  it("names the image that is nowhere", async () => {
    await expect(container().create(sleeper({ image: "127.0.0.1:1/missing:1" }))).rejects.toThrow(
      "1 error occurred:\n\t* Unable to create container with image 127.0.0.1:1/missing:1: unable to pull image 127.0.0.1:1/missing:1: " +
        'error pulling image 127.0.0.1:1/missing:1: Error response from daemon: Get "http://127.0.0.1:1/v2/": dial tcp 127.0.0.1:1: connect: connection refused\n\n',
    );
  });

  it("says that an image known by its id is gone", async () => {
    const image = `sha256:${"0".repeat(64)}`;
    await expect(container().create(sleeper({ image }))).rejects.toThrow(
      `Unable to create container with image ${image}: unable to find image ${image}: this daemon does not have it`,
    );
  });

  it("says that its name is taken, and what to do", async () => {
    const inputs = sleeper();
    const first = await container().create(inputs);
    await expect(container().create(inputs)).rejects.toThrow(
      `1 error occurred:\n\t* Unable to create container: Error response from daemon: Conflict. The container name "/${String(inputs["name"])}" is already in use by container ` +
        `"${first.known.id}". You have to remove (or rename) that container to be able to reuse that name.\n\n` +
        `If an interrupted update made it, remove it with \`docker rm -f ${String(inputs["name"])}\``,
    );
    await first.destroy();
  });

  it("names the container that has its port", async () => {
    const ports = [{ internal: 80, external: 18_766, ip: "127.0.0.1" }];
    const first = await container().create(sleeper({ ports }));
    const second = sleeper({ ports });
    await expect(container().create(second)).rejects.toThrow(
      `Port 18766 is in use by container ${String(first.outputs["name"])}.`,
    );
    await expect(daemon.getContainer(String(second["name"])).inspect()).rejects.toThrow("No such container");
    await first.destroy();
  });

  it("names the process that has its port", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const inputs = sleeper({ ports: [{ internal: 80, external: port, ip: "127.0.0.1" }] });
    await expect(container().create(inputs)).rejects.toThrow(
      new RegExp(`Port ${port} is in use by process .* \\(pid ${process.pid}\\)`),
    );
    await new Promise((resolve) => server.close(resolve));
  });

  it("names the network that is nowhere and leaves nothing behind", async () => {
    const inputs = sleeper({ networksAdvanced: [{ name: `${prefix}-nowhere` }] });
    await expect(container().create(inputs)).rejects.toThrow(
      `Unable to start container: Error response from daemon: network ${prefix}-nowhere not found`,
    );
    await expect(daemon.getContainer(String(inputs["name"])).inspect()).rejects.toThrow("No such container");
  });

  it("names what is wrong with a volume entry", async () => {
    await expect(container().create(sleeper({ volumes: [{ volumeName: "v" }] }))).rejects.toThrow(
      "Unable to parse volumes: volume entry without container path or source container",
    );
    await expect(
      container().create(sleeper({ volumes: [{ fromContainer: "a", containerPath: "/b" }] })),
    ).rejects.toThrow("both a container and a path specified in a volume entry");
  });

  it("says what Docker says when it refuses", async () => {
    await expect(container().create(sleeper({ command: ["/no/such/program"] }))).rejects.toThrow(
      /Unable to start container: Error response from daemon: .*no such file/,
    );
  });
});
