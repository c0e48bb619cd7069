import { randomBytes } from "node:crypto";
import Docker from "dockerode";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { BASE_IMAGE } from "../../../ops/bootstrap/base-image.ts";
import { carryOut } from "../../../ops/drift/platforms/docker/deeds.ts";
import { dockerReader } from "../../../ops/drift/platforms/docker.ts";
import type { Sighting } from "../../../ops/drift/platforms/live-reader.ts";
import { readPlatforms } from "../../../ops/drift/platforms/read-platforms.ts";
import type { ManagedResource, PlainObject } from "../../../ops/drift/recorded.ts";
import { describeContainer, remakeContainer } from "../../operations/drift-mutation/mutate.ts";
import { MUTATIONS } from "../../operations/drift-mutation/mutations.ts";

const docker = new Docker();
const stack = { project: `drift-${randomBytes(4).toString("hex")}`, stack: "dev" };
const named = (role: string) => `${stack.project}-dev-${role}`;
/** When the state would have been written: after everything was made. */
let since: string;
const labels = (role: string) =>
  Object.entries({ "trials.project": stack.project, "trials.stack": "dev", "trials.role": role }).map(
    ([label, value]) => ({ label, value }),
  );
const textLabels = (role: string) =>
  Object.fromEntries(labels(role).map(({ label, value }) => [label, value]));

const resource = (kind: string, role: string, inputs: PlainObject, more: Partial<ManagedResource> = {}) =>
  ({
    urn: `urn:pulumi:dev::drift::docker:index/${kind[0]?.toLowerCase()}${kind.slice(1)}:${kind}::${role}`,
    name: role,
    type: `docker:index/${kind[0]?.toLowerCase()}${kind.slice(1)}:${kind}`,
    id: named(role),
    component: role,
    inputs: { name: named(role), labels: labels(role), ...inputs },
    outputs: {},
    secrets: new Set<string>(),
    provider: {},
    created: new Date().toISOString(),
    ...more,
  }) satisfies ManagedResource;

const MEBIBYTE = 1024 * 1024;
const TAG = `${stack.project}/image:1`;
const found: ManagedResource[] = [];
let image: string;

/** What `docker run` would be told for the container, and the inputs that Docker's provider would record of it. */
async function makeService(): Promise<ManagedResource> {
  const container = await docker.createContainer({
    name: named("service"),
    Image: image,
    Cmd: ["sleep", "600"],
    Entrypoint: ["/usr/bin/env"],
    Env: ["LOG_LEVEL=info", "EMPTY="],
    Labels: textLabels("service"),
    Hostname: "service",
    User: "1000:1000",
    StopTimeout: 5,
    ExposedPorts: { "80/tcp": {} },
    Healthcheck: { Test: ["CMD", "false"], Interval: 90e9, Timeout: 4e9, Retries: 2 },
    HostConfig: {
      NetworkMode: named("network"),
      RestartPolicy: { Name: "unless-stopped" },
      Memory: 64 * MEBIBYTE,
      MemorySwap: 64 * MEBIBYTE,
      NanoCpus: 25e7,
      ReadonlyRootfs: true,
      CapDrop: ["ALL"],
      CapAdd: ["CAP_CHOWN"],
      SecurityOpt: ["no-new-privileges"],
      Tmpfs: { "/tmp": "size=8m,rw" },
      ExtraHosts: ["peer:127.0.0.9"],
      Dns: ["127.0.0.54"],
      Ulimits: [{ Name: "nofile", Soft: 100, Hard: 999 }],
      Devices: [{ PathOnHost: "/dev/full", PathInContainer: "/dev/zero2", CgroupPermissions: "r" }],
      LogConfig: { Type: "json-file", Config: { "max-size": "1m" } },
      PortBindings: { "80/tcp": [{ HostIp: "127.0.0.1", HostPort: "0" }] },
      Binds: [`${named("volume")}:/data:rw`, "/srv:/srv:ro"],
      Mounts: [{ Type: "bind", Source: "/srv", Target: "/mounted", ReadOnly: true }],
    },
    NetworkingConfig: { EndpointsConfig: { [named("network")]: { Aliases: ["peer-name"] } } },
  });
  await container.start();
  const inputs: PlainObject = {
    image,
    entrypoints: ["/usr/bin/env"],
    command: ["sleep", "600"],
    envs: ["LOG_LEVEL=info", "EMPTY="],
    hostname: "service",
    user: "1000:1000",
    stopTimeout: 5,
    healthcheck: { tests: ["CMD", "false"], interval: "1m30s", timeout: "4s", retries: 2 },
    networkMode: named("network"),
    networksAdvanced: [{ name: named("network"), aliases: ["peer-name"] }],
    restart: "unless-stopped",
    memory: 64,
    memorySwap: 64,
    cpus: "0.25",
    readOnly: true,
    capabilities: { drops: ["ALL"], adds: ["CHOWN"] },
    securityOpts: ["no-new-privileges"],
    tmpfs: { "/tmp": "rw,size=8m" },
    hosts: [{ host: "peer", ip: "127.0.0.9" }],
    dns: ["127.0.0.54"],
    ulimits: [{ name: "nofile", soft: 100, hard: 999 }],
    devices: [{ hostPath: "/dev/full", containerPath: "/dev/zero2", permissions: "r" }],
    logDriver: "json-file",
    logOpts: { "max-size": "1m" },
    ports: [{ internal: 80, external: 0, ip: "127.0.0.1" }],
    volumes: [
      { volumeName: named("volume"), containerPath: "/data" },
      { hostPath: "/srv", containerPath: "/srv", readOnly: true },
    ],
    mounts: [{ type: "bind", source: "/srv", target: "/mounted", readOnly: true }],
  };
  return resource("Container", "service", inputs, { id: container.id });
}

async function makeJob(): Promise<ManagedResource> {
  const job = await docker.createContainer({
    name: named("job"),
    Image: image,
    Cmd: ["true"],
    Labels: textLabels("job"),
    HostConfig: { NetworkMode: "none" },
  });
  await job.start();
  await job.wait();
  const inputs = { image, command: ["true"], networkMode: "none", mustRun: false };
  return resource("Container", "job", inputs, { id: job.id });
}

beforeAll(async () => {
  image = (await docker.getImage(BASE_IMAGE).inspect()).Id;
  await docker.getImage(BASE_IMAGE).tag({ repo: `${stack.project}/image`, tag: "1" });
  const network = await docker.createNetwork({
    Name: named("network"),
    Labels: textLabels("network"),
    IPAM: { Driver: "default", Config: [{ Subnet: "10.213.250.0/26" }] },
  });
  await docker.createVolume({ Name: named("volume"), Labels: textLabels("volume") });
  const ipamConfigs = [{ subnet: "10.213.250.0/26" }];
  found.push(
    resource("Network", "network", { driver: "bridge", ipamConfigs }, { id: network.id }),
    resource("Volume", "volume", { driver: "local" }),
    resource("RemoteImage", "image", { name: TAG }, { outputs: { imageId: image } }),
    await makeService(),
    await makeJob(),
  );
  since = new Date().toISOString();
});

afterAll(async () => {
  const filters = { label: [`trials.project=${stack.project}`] };
  for (const { Id } of await docker.listContainers({ all: true, filters })) {
    await docker.getContainer(Id).remove({ force: true });
  }
  for (const { Id } of await docker.listNetworks({ filters })) await docker.getNetwork(Id).remove();
  for (const { Name } of (await docker.listVolumes({ filters })).Volumes)
    await docker.getVolume(Name).remove();
  await docker.getImage(TAG).remove({ noprune: true });
});

async function read() {
  const [platform] = await readPlatforms(found, stack, since, [dockerReader(docker)]);
  if (platform === undefined) throw new Error("nothing was read");
  return platform.reading;
}

const pathsOf = (sightings: readonly Sighting[]) =>
  sightings.map(({ resource: urn, kind, property }) => [urn.split("::").at(-1), kind, property].join(" "));

describe("Docker's reader", () => {
  it("finds nothing where nothing was changed", async () => {
    const { sightings, unmanaged } = await read();
    expect(sightings).toEqual([]);
    expect(unmanaged).toEqual([]);
  });

  it("finds what is changed in place, and by what", async () => {
    const service = docker.getContainer(named("service"));
    await service.update({ Memory: 70 * MEBIBYTE, MemorySwap: 70 * MEBIBYTE });
    await docker.getNetwork(named("network")).disconnect({ Container: service.id, Force: true });
    await service.rename({ name: named("renamed") });
    await docker.getContainer(named("renamed")).kill();
    await docker.getContainer(named("renamed")).wait();
    const { sightings } = await read();
    expect(pathsOf(sightings)).toEqual([
      "service changed memory",
      "service changed memorySwap",
      "service changed name",
      `service changed networksAdvanced[${named("network")}]`,
      `service changed networksAdvanced[${named("network")}].aliases`,
      "service changed state",
    ]);
    const what = Object.fromEntries(sightings.map(({ property, trace }) => [property, trace.what]));
    expect(what).toMatchObject({ memory: "docker update", name: "docker rename" });
    await docker.getContainer(named("renamed")).rename({ name: named("service") });
    await docker
      .getNetwork(named("network"))
      .connect({ Container: service.id, EndpointConfig: { Aliases: ["peer-name"] } });
  });

  it("finds every property of a container that is made anew", async () => {
    const paths = await remakeContainer(await describeContainer(named("service")), MUTATIONS);
    const { sightings } = await read();
    const dropped = ["devices[/dev/full]", "hosts[peer]", "mounts[/mounted]"];
    const own = sightings.filter(({ resource: urn }) => urn.endsWith("::service"));
    expect(own.map(({ property }) => property).sort()).toEqual(["id", "state", ...paths, ...dropped].sort());
    expect(own[0]?.trace.what).toBe("made anew under the same name");
  });

  it("says that nothing proves a volume's content any more, as its container is another", async () => {
    await docker.getContainer(named("service")).remove({ force: true });
    await docker.getVolume(named("volume")).remove();
    await docker.createVolume({ Name: named("volume"), Labels: textLabels("volume") });
    const { sightings } = await read();
    const content = sightings.find(({ property }) => property === "content");
    expect(content?.live).toMatch(/^(made anew at .*|cannot be told)$/);
    expect(pathsOf(sightings)).toContain("service deleted ");
  });

  it("finds an image's name that means nothing, or another image", async () => {
    await docker.getImage(TAG).remove({ noprune: true });
    const gone = (await read()).sightings.filter(({ resource: urn }) => urn.endsWith("::image"));
    expect(gone.map(({ property, live }) => [property, live])).toEqual([["name", null]]);
    // One of its own: images of others may go at any moment.
    const source = await docker.createContainer({ Image: image });
    const { Id: another } = (await source.commit({})) as { Id: string };
    await source.remove();
    onTestFinished(() => docker.getImage(another).remove());
    await docker.getImage(another).tag({ repo: `${stack.project}/image`, tag: "1" });
    const moved = (await read()).sightings.filter(({ resource: urn }) => urn.endsWith("::image"));
    expect(moved.map(({ property, live }) => [property, live])).toEqual([["imageId", another]]);
    await carryOut([{ kind: "tag-image", id: image, name: TAG }], docker);
    expect(pathsOf((await read()).sightings)).not.toContain("image changed imageId");
  });

  it("finds what is gone, and what neither the stack nor the operations manage, which can be removed", async () => {
    await docker.createContainer({ name: named("stranger"), Image: image, Labels: textLabels("gateway") });
    await docker.createContainer({ name: named("run"), Image: image, Labels: textLabels("schema-run") });
    await docker.createVolume({ Name: named("strange-volume"), Labels: textLabels("gateway") });
    await docker.getNetwork(named("network")).remove();
    await docker.createNetwork({
      Name: named("strange-network"),
      Labels: textLabels("gateway"),
      IPAM: { Driver: "default", Config: [{ Subnet: "10.213.251.0/26" }] },
    });
    const { sightings, unmanaged } = await read();
    expect(pathsOf(sightings)).toContain("network deleted ");
    expect(unmanaged.map(({ resource: key, component }) => [key, component])).toEqual([
      [`docker:container/${named("stranger")}`, "gateway"],
      [`docker:network/${named("strange-network")}`, "gateway"],
      [`docker:volume/${named("strange-volume")}`, "gateway"],
    ]);
    await carryOut(
      [
        { kind: "remove-volume", name: named("strange-volume") },
        { kind: "remove-network", name: named("strange-network") },
        { kind: "remove-container", name: named("stranger") },
        { kind: "remove-container", name: named("never-there") },
      ],
      docker,
    );
    expect((await read()).unmanaged).toEqual([]);
  });

  it("says so where Docker does not answer", async () => {
    const away = dockerReader(new Docker({ socketPath: "/nowhere/docker.sock" }));
    await expect(readPlatforms(found, stack, since, [away])).rejects.toMatchObject({
      code: "platform-unreachable",
    });
  });
});
