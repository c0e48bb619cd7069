import { describe, expect, it } from "vitest";
import { type PropertyMap, Secret } from "../../../src/protocol/property-value.ts";
import type { InterruptedCreate } from "../../../src/providers/provider.ts";
import { type FakeAnswer, fakeDaemon } from "./fake-daemon.ts";
import { configured, Managed } from "./managed.ts";

const labels = [{ label: "ours", value: "yes" }];
const container = (status: string, Labels: object = { ours: "yes" }) => ({
  Id: "c1",
  Name: "/c",
  Image: "sha256:1",
  Platform: "linux",
  State: { Running: status === "running", ExitCode: 0, Status: status },
  Config: { Hostname: "", Domainname: "", User: "", Image: "i", WorkingDir: "", Labels, Env: ["A=b"] },
  HostConfig: { NetworkMode: "bridge" },
  NetworkSettings: {},
});

/** What the adapter finds of an interrupted create on a daemon that gives these answers. */
async function find(
  type: string,
  program: PropertyMap,
  answers: { readonly [route: string]: FakeAnswer },
  preview = false,
): Promise<{ made: InterruptedCreate | undefined; calls: readonly string[] }> {
  const daemon = await fakeDaemon(({ method, path }) => answers[`${method} ${path}`]);
  const provider = await configured({}, { host: daemon.host });
  const managed = new Managed(provider, type);
  const inputs = await managed.check(program);
  daemon.requests.length = 0;
  const request = { urn: managed.urn, name: "r", type: managed.urn.split("::")[2] ?? "", inputs, preview };
  const made = await provider.findInterrupted?.(request);
  return { made, calls: daemon.requests.map(({ method, path }) => `${method} ${path}`) };
}

describe("an interrupted create of a container", () => {
  const program = { name: "c", image: "i", labels, envs: new Secret(["A=b"]) };

  it("is found by name and labels, with the outputs of a create, secrets kept", async () => {
    const { made } = await find("container", program, {
      "GET /containers/c/json": { body: container("running") },
    });
    expect(made).toMatchObject({ kind: "found", id: "c1", outputs: { name: "c", image: "i" } });
    const outputs = made?.kind === "found" ? made.outputs : {};
    expect(outputs["envs"]).toBeInstanceOf(Secret);
  });

  it("is absent where there is none of the name, or one that is somebody else's", async () => {
    expect((await find("container", program, {})).made).toEqual({ kind: "absent" });
    const foreign = { "GET /containers/c/json": { body: container("running", { ours: "no" }) } };
    const { made, calls } = await find("container", program, foreign);
    expect(made).toEqual({ kind: "absent" });
    expect(calls.filter((call) => call.startsWith("DELETE"))).toEqual([]);
  });

  it("that never ran is cleared away and made again, but not by a preview", async () => {
    const answers = {
      "GET /containers/c/json": { body: container("created") },
      "DELETE /containers/c": { status: 204 },
    };
    const cleared = await find("container", program, answers);
    expect(cleared.made).toEqual({ kind: "absent" });
    expect(cleared.calls).toContain("DELETE /containers/c");
    const previewed = await find("container", program, answers, true);
    expect(previewed.made).toEqual({ kind: "absent" });
    expect(previewed.calls).not.toContain("DELETE /containers/c");
  });

  it("that was not to run is found as it is", async () => {
    const answers = { "GET /containers/c/json": { body: container("created") } };
    const { made } = await find("container", { ...program, start: false, mustRun: false }, answers);
    expect(made).toMatchObject({ kind: "found", id: "c1" });
  });

  it.each([true, false])("is waited for where its end is asked for (preview: %s)", async (preview) => {
    const answers = {
      "GET /containers/c/json": { body: container("running") },
      "POST /containers/c/wait": { body: { StatusCode: 3 } },
    };
    const attached = { ...program, attach: true, mustRun: false };
    const { made } = await find("container", attached, answers, preview);
    expect(made).toMatchObject({ kind: "found", id: "c1", outputs: { exitCode: 3 } });
  });

  it("that does not become healthy is made again, but not by a preview", async () => {
    const { State, ...rest } = container("running");
    const sick = { ...rest, State: { ...State, Health: { Status: "unhealthy", Log: [] } } };
    const answers = {
      "GET /containers/c/json": { body: sick },
      "GET /containers/c/logs": { body: "" },
      "DELETE /containers/c": { status: 204 },
    };
    const waiting = { ...program, wait: true, waitTimeout: 5 };
    const found = await find("container", waiting, answers);
    expect(found.made).toEqual({ kind: "absent" });
    expect(found.calls).toContain("DELETE /containers/c");
    const previewed = await find("container", waiting, answers, true);
    expect(previewed.made).toMatchObject({ kind: "found", id: "c1" });
    expect(previewed.calls).not.toContain("DELETE /containers/c");
  });

  it("cannot be told where the daemon fails", async () => {
    const answers = { "GET /containers/c/json": { status: 500, body: { message: "boom" } } };
    await expect(find("container", program, answers)).rejects.toThrow("Unable to inspect container");
  });
});

describe("an interrupted create of a network", () => {
  const network = (Id: string, Name: string, Labels: object) => ({
    ...{ Id, Name, Labels, Driver: "bridge", Options: {}, Internal: false, Attachable: false },
    ...{ Ingress: false, EnableIPv6: false, IPAM: { Driver: "default", Config: [] }, Scope: "local" },
  });
  const on = (...networks: readonly ReturnType<typeof network>[]) => ({
    "GET /networks": { body: networks },
    ...Object.fromEntries(networks.map((one) => [`GET /networks/${one.Id}`, { body: one }])),
  });
  const program = { name: "n", labels };

  it("is found by exactly its name and its labels", async () => {
    const others = [network("2", "n-other", { ours: "yes" }), network("3", "n", { ours: "no" })];
    const found = await find("network", program, on(network("1", "n", { ours: "yes" }), ...others));
    expect(found.made).toMatchObject({ kind: "found", id: "1" });
    expect((await find("network", program, on(...others))).made).toEqual({ kind: "absent" });
  });

  it("is not guessed among several", async () => {
    const twins = on(network("1", "n", { ours: "yes" }), network("2", "n", { ours: "yes" }));
    expect((await find("network", program, twins)).made).toEqual({ kind: "unknown" });
  });
});

describe("an interrupted create of a volume", () => {
  const volume = { Name: "v", Labels: { ours: "yes" }, Driver: "local", Options: {}, Mountpoint: "/v" };

  it("is found by its name and labels", async () => {
    const answers = { "GET /volumes/v": { body: volume } };
    const { made } = await find("volume", { name: "v", labels }, answers);
    expect(made).toMatchObject({ kind: "found", id: "v", outputs: { mountpoint: "/v" } });
    const foreign = { "GET /volumes/v": { body: { ...volume, Labels: null } } };
    expect((await find("volume", { name: "v", labels }, foreign)).made).toEqual({ kind: "absent" });
    expect((await find("volume", { name: "v", labels }, {})).made).toEqual({ kind: "absent" });
  });
});

describe("an interrupted create of an image", () => {
  it("is done again under the same name", async () => {
    expect((await find("remoteImage", { name: "i" }, {})).made).toEqual({ kind: "absent" });
    const image = { imageName: "i", skipPush: true, build: { dockerfile: "/dev/null", context: "/dev" } };
    const provider = await configured({}, {});
    const request = { urn: "u", name: "r", type: "docker:index/image:Image", inputs: image, preview: false };
    expect(await provider.findInterrupted?.(request)).toEqual({ kind: "absent" });
  });
});
