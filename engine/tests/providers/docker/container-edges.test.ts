import { describe, expect, it } from "vitest";
import { computed, type PropertyMap } from "../../../src/protocol/property-value.ts";
import { createDockerProvider } from "../../../src/providers/docker/provider.ts";
import { type FakeAnswer, fakeDaemon } from "./fake-daemon.ts";
import { configured, Managed } from "./managed.ts";

const LIVE = {
  Id: "c",
  Name: "/c",
  Image: "sha256:1",
  Platform: "linux",
  State: { Running: true, ExitCode: 0 },
  Config: { Hostname: "", Domainname: "", User: "", Tty: true, OpenStdin: false, Image: "i", WorkingDir: "" },
  HostConfig: { NetworkMode: "bridge" },
  NetworkSettings: {},
};
const program: PropertyMap = { name: "c", image: "i" };

/** A daemon on which a container is made without trouble, but for what `answers` says. */
async function daemonWith(answers: { readonly [route: string]: FakeAnswer } = {}) {
  const usual: { readonly [route: string]: FakeAnswer } = {
    "GET /images/i/json": { body: { Id: "sha256:1" } },
    "POST /containers/create": { status: 201, body: { Id: "c" } },
    "POST /containers/c/start": { status: 204 },
    "GET /containers/c/json": { body: LIVE },
    "POST /networks/bridge/disconnect": { status: 200 },
    "POST /networks/n/connect": { status: 200 },
    "DELETE /containers/c": { status: 204 },
  };
  const daemon = await fakeDaemon(
    ({ method, path }) => answers[`${method} ${path}`] ?? usual[`${method} ${path}`],
  );
  return { ...daemon, container: new Managed(await configured({}, { host: daemon.host }), "container") };
}
const refusal = (status: number, message: string): FakeAnswer => ({ status, body: { message } });

describe("joining networks", () => {
  const networksAdvanced = [
    {
      name: "n",
      macAddress: "02:42:00:00:00:01",
      driverOpts: ["a=b=c", "ignored"],
      gwPriority: 2,
      linkLocalIps: ["169.254.1.1"],
    },
  ];

  it("passes everything on that was asked for", async () => {
    const { container, requests } = await daemonWith();
    await container.create({ ...program, networksAdvanced });
    const connect = requests.find((request) => request.path === "/networks/n/connect");
    expect(JSON.parse(connect?.body ?? "")).toEqual({
      Container: "c",
      EndpointConfig: {
        Aliases: [],
        DriverOpts: { a: "b=c" },
        GwPriority: 2,
        IPAMConfig: { IPv4Address: "", IPv6Address: "", LinkLocalIPs: ["169.254.1.1"] },
        MacAddress: "02:42:00:00:00:01",
      },
    });
  });

  it("does not mind a default network that the container never joined", async () => {
    const { container } = await daemonWith({
      "POST /networks/bridge/disconnect": refusal(403, "container c is not connected to the network bridge"),
    });
    await container.create({ ...program, networksAdvanced });
  });

  it.each([
    [
      "POST /networks/bridge/disconnect",
      "Unable to disconnect the default network: Error response from daemon: boom",
    ],
    ["POST /networks/n/connect", "Unable to connect to network 'n': Error response from daemon: boom"],
  ])("removes the container when %s fails", async (route, message) => {
    const { container, requests } = await daemonWith({ [route]: refusal(500, "boom") });
    await expect(container.create({ ...program, networksAdvanced })).rejects.toThrow(message);
    expect(requests.at(-1)).toMatchObject({ method: "DELETE", path: "/containers/c" });
  });
});

describe("a container on a daemon in trouble", () => {
  it("is not left behind when files cannot be put into it", async () => {
    const { container } = await daemonWith({
      "PUT /containers/c/archive": refusal(500, "no space left on device"),
    });
    await expect(container.create({ ...program, uploads: [{ file: "/f", content: "x" }] })).rejects.toThrow(
      "Unable to upload volume content: Error response from daemon: no space left on device",
    );
  });

  it("is told when it vanishes right after its start", async () => {
    const { container } = await daemonWith({
      "GET /containers/c/json": refusal(404, "No such container: c"),
    });
    await expect(container.create(program)).rejects.toThrow(
      "Unable to inspect container: Error response from daemon: No such container",
    );
  });

  it("counts as started when it runs already", async () => {
    const { container } = await daemonWith({ "POST /containers/c/start": refusal(304, "") });
    await container.create(program);
    expect(container.outputs).toMatchObject({ id: "c", image: "i" });
  });

  it("names the port that something unknown holds", async () => {
    const { container } = await daemonWith({
      "POST /containers/c/start": refusal(500, "listen tcp4 0.0.0.0:1: bind: address already in use"),
      "GET /containers/json": refusal(500, "boom"),
    });
    await expect(container.create(program)).rejects.toThrow("Port 1 is in use by another process.");
  });

  it("has an empty log where nobody could listen, and a terminal's log as it is", async () => {
    const attached = { ...program, attach: true, logs: true };
    const ended = { "POST /containers/c/wait": { body: { StatusCode: 4 } } };
    const silent = await daemonWith(ended);
    await silent.container.create(attached);
    expect(silent.container.outputs).toMatchObject({ containerLogs: "", exitCode: 4 });
    const terminal = await daemonWith({ ...ended, "GET /containers/c/logs": { lines: ["from a terminal"] } });
    await terminal.container.create({ ...attached, tty: true });
    expect(terminal.container.outputs["containerLogs"]).toBe('"from a terminal"\n');
  });
});

describe("a previewed update", () => {
  const request = {
    urn: "u",
    name: "n",
    type: "docker:index/container:Container",
    id: "c",
    oldInputs: program,
    oldOutputs: { ...program, id: "c", memory: 1, hostname: "h" },
    ignoreChanges: [],
    timeout: 0,
    preview: true,
  };

  it("says what will be recorded, unknowns included, and asks no daemon", async () => {
    const docker = createDockerProvider();
    const known = await docker.update({ ...request, newInputs: { ...program, memory: 2 } });
    expect(known.outputs).toMatchObject({ id: "c", memory: 2, hostname: "h" });
    const unknown = await docker.update({ ...request, newInputs: { ...program, memory: computed } });
    expect(unknown.outputs).toMatchObject({ id: "c", memory: computed, hostname: "h" });
    expect(unknown.outputs).not.toHaveProperty("__pulumi_raw_state_delta");
    await docker.close();
  });
});
