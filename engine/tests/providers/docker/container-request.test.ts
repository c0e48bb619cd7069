import type Docker from "dockerode";
import { describe, expect, it } from "vitest";
import type { PropertyMap } from "../../../src/protocol/property-value.ts";
import {
  containerValues,
  type Inspected,
  importedValues,
} from "../../../src/providers/docker/container-live.ts";
import { bindRequests, bindValues } from "../../../src/providers/docker/container-parts.ts";
import { containerRequest } from "../../../src/providers/docker/container-request.ts";
import { diffResource } from "../../../src/providers/docker/diff.ts";
import { holdingProcess, takenPort } from "../../../src/providers/docker/port-holder.ts";
import { CONTAINER } from "../../../src/providers/docker/schema-container.ts";
import { settledValues } from "../../../src/providers/docker/state.ts";

const base = { name: "a", image: "i" };
const host = (inputs: PropertyMap) => containerRequest({ ...base, ...inputs }).HostConfig;

describe("the request for a container", () => {
  it("leaves out what is not set, so that image and daemon decide", () => {
    expect(containerRequest(base)).toEqual({
      name: "a",
      Image: "i",
      Tty: false,
      OpenStdin: false,
      HostConfig: {
        AutoRemove: false,
        Init: false,
        LogConfig: { Type: "", Config: {} },
        Mounts: [],
        NetworkMode: "bridge",
        Privileged: false,
        PublishAllPorts: false,
        ReadonlyRootfs: false,
        RestartPolicy: { Name: "no", MaximumRetryCount: 0 },
      },
    });
  });

  it("lets a whole CPU count win over period and quota", () => {
    expect(host({ cpuPeriod: 1000, cpuQuota: 500 })).toMatchObject({ CpuPeriod: 1000, CpuQuota: 500 });
    expect(host({ cpus: "1.5", cpuPeriod: 1000 })).toMatchObject({ NanoCpus: 1_500_000_000 });
    expect(host({ cpus: "1.5", cpuPeriod: 1000 })).not.toHaveProperty("CpuPeriod");
    expect(host({ memorySwap: -1 })).toMatchObject({ MemorySwap: -1 });
  });

  it.each([
    ["all", [{ Driver: "", Count: -1, Capabilities: [["gpu"]] }]],
    ['"device=0,2"', [{ Driver: "", DeviceIDs: ["0", "2"], Capabilities: [["gpu"]] }]],
  ])("asks for gpus: %s", (gpus, requests) =>
    expect(host({ gpus })).toMatchObject({ DeviceRequests: requests }),
  );

  it("asks for devices and their limits", () => {
    const inputs = {
      deviceRequests: [
        { driver: "cdi", count: 1, deviceIds: ["d"], capabilities: ["c"], options: { o: "1" } },
      ],
      devices: [{ hostPath: "/dev/a" }, { hostPath: "/dev/b", containerPath: "/dev/c", permissions: "r" }],
      deviceWriteIops: [{ path: "/dev/a", rate: 9 }],
      storageOpts: { size: "1G" },
      cgroupnsMode: "host",
    };
    expect(host(inputs)).toMatchObject({
      DeviceRequests: [
        { Driver: "cdi", Count: 1, DeviceIDs: ["d"], Capabilities: [["c"]], Options: { o: "1" } },
      ],
      Devices: [
        { PathOnHost: "/dev/a", PathInContainer: "/dev/a", CgroupPermissions: "rwm" },
        { PathOnHost: "/dev/b", PathInContainer: "/dev/c", CgroupPermissions: "r" },
      ],
      BlkioDeviceWriteIOps: [{ Path: "/dev/a", Rate: 9 }],
      StorageOpt: { size: "1G" },
      CgroupnsMode: "host",
    });
  });

  it("turns systempaths=unconfined into empty lists, as Docker's own client does", () => {
    expect(host({ securityOpts: ["systempaths=unconfined", "label=disable"] })).toMatchObject({
      SecurityOpt: ["label=disable"],
      MaskedPaths: [],
      ReadonlyPaths: [],
    });
  });

  it("has the options of each kind of mount", () => {
    const options = {
      noCopy: true,
      labels: [{ label: "l", value: "1" }],
      driverName: "d",
      driverOptions: { o: "1" },
      subpath: "s",
    };
    const mounts = [
      { type: "volume", target: "/v", source: "v", volumeOptions: options },
      { type: "volume", target: "/w", volumeOptions: {} },
      { type: "bind", target: "/b", source: "/h", bindOptions: {}, volumeOptions: options },
      { type: "tmpfs", target: "/t" },
    ];
    expect(host({ mounts })).toMatchObject({
      Mounts: [
        {
          VolumeOptions: {
            NoCopy: true,
            Labels: { l: "1" },
            DriverConfig: { Name: "d", Options: { o: "1" } },
            Subpath: "s",
          },
        },
        { VolumeOptions: { NoCopy: false, DriverConfig: { Name: "", Options: {} } } },
        { BindOptions: { Propagation: "rprivate" } },
        { Type: "tmpfs", ReadOnly: false },
      ],
    });
  });

  it("binds volumes and host paths, takes others' volumes and makes anonymous ones", () => {
    const volumes = [
      { volumeName: "v", containerPath: "/v", readOnly: true, selinuxRelabel: "Z" },
      { hostPath: "/h", containerPath: "/w" },
      { containerPath: "/anonymous" },
      { fromContainer: "other" },
    ];
    const { binds, from, volumes: paths } = bindRequests(volumes);
    expect({ binds, from, paths }).toEqual({
      binds: ["v:/v:ro,Z", "/h:/w:rw"],
      from: ["other"],
      paths: { "/v": {}, "/w": {}, "/anonymous": {} },
    });
    expect(bindValues(binds)).toMatchObject([
      { volumeName: "v", containerPath: "/v", readOnly: true, selinuxRelabel: "Z" },
      { hostPath: "/h", containerPath: "/w", readOnly: false },
    ]);
    expect(bindValues([":"])).toMatchObject([{ containerPath: "", volumeName: "" }]);
  });
});

/** What a daemon answers for a container with little said about it, nulls where daemons have them. */
const bare = {
  Id: "0123456789abcdef",
  Name: "/a",
  Image: "sha256:1",
  Platform: "linux",
  State: { Running: false, ExitCode: 2 },
  Config: {
    Hostname: "h",
    Domainname: "",
    User: "",
    Tty: false,
    OpenStdin: false,
    Image: "i",
    WorkingDir: "",
    Cmd: null,
    Env: null,
    Labels: null,
  },
  HostConfig: {},
  NetworkSettings: { Networks: null, Ports: null },
} as unknown as Inspected;

describe("a container as the daemon tells it", () => {
  it("has zeros where the daemon has nothing", () => {
    expect(containerValues(bare, { image: "i", mustRun: false })).toMatchObject({
      command: [],
      entrypoints: [],
      restart: "no",
      memory: 0,
      networkDatas: [],
      networkMode: "",
      init: false,
      ipcMode: "",
      exitCode: 2,
      healthcheck: null,
      mounts: [],
      hosts: [],
    });
    expect(containerValues(bare, { image: "sha256:0" })).toMatchObject({ image: "sha256:1", mustRun: false });
  });

  it("has what was asked for, as far as it was asked for", () => {
    const live = {
      ...bare,
      State: { Running: true, ExitCode: 0 },
      Config: { ...bare.Config, Entrypoint: "/entry", Healthcheck: {}, StopTimeout: 3 },
      HostConfig: {
        ExtraHosts: ["six:::1"],
        Ulimits: [{ Name: "nofile", Soft: 1, Hard: 2 }, {}],
        Devices: [
          { PathOnHost: "/a", PathInContainer: "/a", CgroupPermissions: "rwm" },
          { PathOnHost: "/b", PathInContainer: "/c", CgroupPermissions: "r" },
        ],
        LogConfig: { Type: "journald", Config: { tag: "x" } },
        PidMode: "host",
        MaskedPaths: [],
        BlkioDeviceReadBps: [{ Path: "/a", Rate: 1 }],
        Mounts: [
          { Type: "volume", Target: "/v", VolumeOptions: { Subpath: "s" } },
          { Type: "tmpfs", Target: "/t", TmpfsOptions: {} },
          { Type: "bind", Target: "/b", BindOptions: {} },
        ],
      },
      NetworkSettings: {
        Networks: {},
        Ports: { "80/tcp": null, "81": [{ HostIp: "0.0.0.0", HostPort: "1" }] },
      },
    } as unknown as Inspected;
    const asked = {
      image: "i",
      ulimits: [{}],
      devices: [{}],
      logOpts: { tag: "y" },
      pidMode: "x",
      ports: [{}],
      securityOpts: ["systempaths=unconfined"],
    };
    expect(containerValues(live, asked)).toMatchObject({
      hosts: [{ host: "six", ip: "::1" }],
      ulimits: [
        { name: "nofile", soft: 1, hard: 2 },
        { name: "", soft: 0, hard: 0 },
      ],
      devices: [
        { hostPath: "/a", containerPath: "" },
        { hostPath: "/b", containerPath: "/c" },
      ],
      logOpts: { tag: "x" },
      pidMode: "host",
      entrypoints: ["/entry"],
      healthcheck: { tests: [], interval: "0s", retries: 0 },
      securityOpts: ["systempaths=unconfined"],
      ports: [{ internal: 81, external: 1, protocol: "tcp" }],
      deviceReadBps: [{ path: "/a", rate: 1 }],
      mounts: [
        { volumeOptions: { subpath: "s", noCopy: false, driverName: "" } },
        { tmpfsOptions: { sizeBytes: 0 } },
        { bindOptions: { propagation: "" } },
      ],
    });
    expect(containerValues(live, { image: "i" })).toMatchObject({ logOpts: {}, securityOpts: [] });
    expect(containerValues(live, { image: "i" })).not.toHaveProperty("ulimits");
  });

  it("is imported without what its image gave it", () => {
    const live = {
      ...bare,
      Config: {
        ...bare.Config,
        Env: ["IMAGE=1", "OWN=1"],
        Labels: { image: "1", own: "1" },
        Healthcheck: { Test: ["CMD", "x"] },
      },
      HostConfig: { NetworkMode: "front" },
      NetworkSettings: {
        Networks: { front: {}, back: { Aliases: ["0123456789ab", "b", "a"] }, far: { Aliases: null } },
      },
    } as unknown as Inspected;
    const image = {
      Config: { Env: ["IMAGE=1"], Labels: { image: "1" }, Healthcheck: { Test: ["CMD", "x"] } },
    } as unknown as Docker.ImageInspectInfo;
    expect(importedValues(live, image)).toMatchObject({
      envs: ["OWN=1"],
      labels: [{ label: "own", value: "1" }],
      networksAdvanced: [
        { name: "back", aliases: ["a", "b"] },
        { name: "far", aliases: [] },
      ],
      healthcheck: null,
      volumes: [],
    });
    expect(importedValues(bare, undefined)).toMatchObject({ envs: [], labels: [], networksAdvanced: [] });
  });

  it("keeps the program's spelling where it means the same", () => {
    const declared = {
      ...base,
      capabilities: { adds: ["NET_ADMIN"] },
      cpus: "0.50",
      ports: [{ internal: 80 }],
    };
    const live = {
      capabilities: { adds: ["CAP_NET_ADMIN"], drops: [] },
      cpus: "0.5",
      ports: [{ internal: 80, external: 49_153, ip: "0.0.0.0", protocol: "tcp" }],
    };
    const values = settledValues(CONTAINER, { declared, live, isNew: true });
    expect(values).toMatchObject({
      capabilities: { adds: ["NET_ADMIN"], drops: [] },
      cpus: "0.50",
      ports: [{ external: 49_153 }],
    });
    const request = { urn: "u", name: "n", type: CONTAINER.type, id: "i", oldInputs: {}, ignoreChanges: [] };
    expect(diffResource(CONTAINER, { ...request, oldOutputs: values, newInputs: declared }).changes).toBe(
      "none",
    );
  });
});

describe("a port that is taken", () => {
  it.each([
    ["Bind for 0.0.0.0:8080 failed: port is already allocated", 8080],
    ["Error starting userland proxy: listen tcp4 127.0.0.1:81: bind: address already in use", 81],
    ["listen tcp 0.0.0.0:82: bind: address already in use", 82],
    ["failed to bind host port 127.0.0.1:83/tcp: address already in use", 83],
    ["failed to bind host port for 0.0.0.0:84: port is already allocated", undefined],
    ["something else on :85", undefined],
  ])("is named in %j", (message, port) => expect(takenPort(message)).toBe(port));

  it("is held by nobody when nobody listens", async () => {
    expect(await holdingProcess(1)).toBeUndefined();
  });
});
