import type Docker from "dockerode";
import type { ManagedResource, Plain, PlainObject } from "../../recorded.ts";
import { flagAt, mapsAt, numberAt, objectAt, textAt, textMapAt, textsAt } from "../inputs.ts";
import {
  type ContainerShape,
  type HostShape,
  type NetworkEndpoint,
  type ProcessShape,
  withoutOwn,
} from "./shape.ts";

const MEBIBYTE = 1024 * 1024;
const DEFAULT_SHM = 64;
const NANOSECONDS = { ns: 1, us: 1e3, ms: 1e6, s: 1e9, m: 60e9, h: 3600e9 };

/** What an image gives its containers, and what the daemon does where nobody asks. */
export interface Surroundings {
  /** Undefined where the image is gone. */
  readonly image: ProcessShape | undefined;
  readonly daemon: { readonly runtime: string; readonly logDriver: string };
}

/** The container that Docker would make of the recorded inputs, in the shape in which it tells of it. */
export function declaredContainer(
  { inputs, outputs }: ManagedResource,
  { image = {}, daemon }: Surroundings,
  live: ContainerShape,
): ContainerShape {
  return {
    name: textAt(inputs, "name") || textAt(outputs, "name"),
    image: textAt(inputs, "image"),
    state: declaredState(inputs, live.state),
    config: declaredProcess(inputs, image, live.config),
    host: {
      ...declaredHost(inputs, outputs),
      ...declaredLimits(inputs),
      ...declaredSecurity(inputs),
      Runtime: textAt(inputs, "runtime") || daemon.runtime,
      LogConfig: declaredLog(inputs, daemon, live.host),
      CgroupnsMode: textAt(inputs, "cgroupnsMode") || (live.host as { CgroupnsMode?: string }).CgroupnsMode,
    } as HostShape,
    networks: declaredNetworks(inputs, live),
  };
}

/** A job has ended or still runs; how it ended is the update's to judge. */
function declaredState(inputs: PlainObject, live: ContainerShape["state"]): ContainerShape["state"] {
  if (inputs["mustRun"] !== false) return "running";
  return live === "running" || live === "ended" ? live : "ended";
}

function declaredProcess(inputs: PlainObject, image: ProcessShape, live: ProcessShape): ProcessShape {
  const entrypoint = textsAt(inputs, "entrypoints");
  const command = textsAt(inputs, "command");
  const inherited = entrypoint.length > 0 ? [] : (image.Cmd ?? []);
  const paths = mapsAt(inputs, "volumes").map((volume) => textAt(volume, "containerPath"));
  const ports = mapsAt(inputs, "ports").map(portKey);
  return {
    ...(inputs["hostname"] !== undefined
      ? { Hostname: textAt(inputs, "hostname") }
      : live.Hostname !== undefined && { Hostname: live.Hostname }),
    Domainname: textAt(inputs, "domainname"),
    User: textAt(inputs, "user") || (image.User ?? ""),
    WorkingDir: textAt(inputs, "workingDir") || (image.WorkingDir ?? ""),
    Cmd: command.length > 0 ? command : inherited,
    Entrypoint: entrypoint.length > 0 ? entrypoint : (image.Entrypoint ?? []),
    Env: mergedEnvironment(image.Env ?? [], textsAt(inputs, "envs")),
    Labels: { ...image.Labels, ...labelsAt(inputs) },
    Tty: flagAt(inputs, "tty"),
    OpenStdin: flagAt(inputs, "stdinOpen"),
    StopSignal: textAt(inputs, "stopSignal") || (image.StopSignal ?? ""),
    StopTimeout: numberAt(inputs, "stopTimeout"),
    Healthcheck: declaredHealth(inputs) ?? image.Healthcheck ?? null,
    ExposedPorts: { ...image.ExposedPorts, ...Object.fromEntries(ports.map((port) => [port, {}])) },
    Volumes: { ...image.Volumes, ...Object.fromEntries(paths.filter(Boolean).map((path) => [path, {}])) },
  };
}

/** The container's own win over the image's. */
function mergedEnvironment(image: readonly string[], own: readonly string[]): string[] {
  const names = new Set(own.map((text) => text.split("=", 1)[0]));
  return [...own, ...image.filter((text) => !names.has(text.split("=", 1)[0]))];
}

/** Labels are a list of pairs in the provider's inputs. */
export function labelsAt(inputs: PlainObject): { [label: string]: string } {
  return Object.fromEntries(
    mapsAt(inputs, "labels").map((pair) => [textAt(pair, "label"), textAt(pair, "value")]),
  );
}

function declaredHealth(inputs: PlainObject): Docker.HealthConfig | undefined {
  const check = objectAt(inputs, "healthcheck");
  if (check === undefined) return undefined;
  return {
    Test: textsAt(check, "tests"),
    Interval: nanoseconds(textAt(check, "interval")),
    Timeout: nanoseconds(textAt(check, "timeout")),
    StartPeriod: nanoseconds(textAt(check, "startPeriod")),
    StartInterval: nanoseconds(textAt(check, "startInterval")),
    Retries: numberAt(check, "retries"),
  };
}

/** A Go duration: `1m30s`. */
function nanoseconds(duration: string): number {
  const parts = [...duration.matchAll(/(\d+(?:\.\d+)?)(ns|us|ms|s|m|h)/g)];
  return parts.reduce(
    (sum, [, amount, unit]) => sum + Number(amount) * NANOSECONDS[unit as keyof typeof NANOSECONDS],
    0,
  );
}

function declaredHost(inputs: PlainObject, outputs: PlainObject): HostShape {
  return {
    RestartPolicy: {
      Name: textAt(inputs, "restart") || "no",
      MaximumRetryCount: numberAt(inputs, "maxRetryCount"),
    },
    AutoRemove: flagAt(inputs, "rm"),
    Init: flagAt(inputs, "init"),
    PublishAllPorts: flagAt(inputs, "publishAllPorts"),
    NetworkMode: textAt(inputs, "networkMode") || "bridge",
    IpcMode: textAt(inputs, "ipcMode") || textAt(outputs, "ipcMode") || "private",
    PidMode: textAt(inputs, "pidMode"),
    UsernsMode: textAt(inputs, "usernsMode"),
    CgroupParent: textAt(inputs, "cgroupParent"),
    Dns: textsAt(inputs, "dns"),
    DnsOptions: textsAt(inputs, "dnsOpts"),
    DnsSearch: textsAt(inputs, "dnsSearches"),
    ExtraHosts: mapsAt(inputs, "hosts").map((host) => `${textAt(host, "host")}:${textAt(host, "ip")}`),
    Sysctls: textMapAt(inputs, "sysctls"),
    StorageOpt: textMapAt(inputs, "storageOpts"),
    Tmpfs: textMapAt(inputs, "tmpfs"),
    PortBindings: portBindings(mapsAt(inputs, "ports")),
    ...declaredMounts(inputs),
  };
}

function portKey(port: PlainObject): string {
  return `${numberAt(port, "internal")}/${textAt(port, "protocol") || "tcp"}`;
}

function portBindings(ports: readonly PlainObject[]): Docker.PortMap {
  const bindings: Docker.PortMap = {};
  for (const port of ports) {
    const binding = { HostIp: textAt(port, "ip"), HostPort: String(numberAt(port, "external")) };
    bindings[portKey(port)] = [...(bindings[portKey(port)] ?? []), binding];
  }
  return bindings;
}

function declaredMounts(inputs: PlainObject): Pick<HostShape, "Binds" | "VolumesFrom" | "Mounts"> {
  const volumes = mapsAt(inputs, "volumes");
  const binds = volumes.flatMap((volume) => {
    const source = textAt(volume, "hostPath") || textAt(volume, "volumeName");
    const flags = [flagAt(volume, "readOnly") ? "ro" : "rw", textAt(volume, "selinuxRelabel")].filter(
      Boolean,
    );
    return source === "" ? [] : [`${source}:${textAt(volume, "containerPath")}:${flags.join(",")}`];
  });
  return {
    Binds: binds,
    VolumesFrom: volumes.map((volume) => textAt(volume, "fromContainer")).filter(Boolean),
    Mounts: mapsAt(inputs, "mounts").map((mount) => ({
      Type: textAt(mount, "type") as Docker.MountType,
      Target: textAt(mount, "target"),
      Source: textAt(mount, "source"),
      ReadOnly: flagAt(mount, "readOnly"),
    })),
  };
}

/** What Docker's default log options are is not to be asked; they count only beside a driver of one's own. */
function declaredLog(
  inputs: PlainObject,
  daemon: Surroundings["daemon"],
  live: HostShape,
): HostShape["LogConfig"] {
  const Type = textAt(inputs, "logDriver");
  if (Type === "") return { Type: daemon.logDriver, Config: live.LogConfig?.Config ?? {} };
  return { Type, Config: textMapAt(inputs, "logOpts") };
}

function declaredLimits(inputs: PlainObject): HostShape {
  const bytes = (key: string) => Math.max(numberAt(inputs, key), -1 / MEBIBYTE) * MEBIBYTE;
  const throttle = (key: string) =>
    mapsAt(inputs, key).map((limit) => ({ Path: textAt(limit, "path"), Rate: numberAt(limit, "rate") }));
  return {
    Memory: bytes("memory"),
    MemoryReservation: bytes("memoryReservation"),
    // Docker allows as much swap as memory where only the memory is limited.
    MemorySwap: inputs["memorySwap"] === undefined ? 2 * bytes("memory") : bytes("memorySwap"),
    ShmSize: (numberAt(inputs, "shmSize") || DEFAULT_SHM) * MEBIBYTE,
    NanoCpus: Number(textAt(inputs, "cpus") || 0) * 1e9,
    CpuShares: numberAt(inputs, "cpuShares"),
    CpuPeriod: numberAt(inputs, "cpuPeriod"),
    CpuQuota: numberAt(inputs, "cpuQuota"),
    CpusetCpus: textAt(inputs, "cpuSet"),
    BlkioDeviceReadBps: throttle("deviceReadBps"),
    BlkioDeviceReadIOps: throttle("deviceReadIops"),
    BlkioDeviceWriteBps: throttle("deviceWriteBps"),
    BlkioDeviceWriteIOps: throttle("deviceWriteIops"),
    Ulimits: mapsAt(inputs, "ulimits").map((limit) => ({
      Name: textAt(limit, "name"),
      Soft: numberAt(limit, "soft"),
      Hard: numberAt(limit, "hard"),
    })),
    Devices: mapsAt(inputs, "devices").map((device) => ({
      PathOnHost: textAt(device, "hostPath"),
      PathInContainer: textAt(device, "containerPath") || textAt(device, "hostPath"),
      CgroupPermissions: textAt(device, "permissions") || "rwm",
    })),
  };
}

const UNCONFINED = "systempaths=unconfined";

function declaredSecurity(inputs: PlainObject): HostShape {
  const capabilities = objectAt(inputs, "capabilities") ?? {};
  const options = textsAt(inputs, "securityOpts");
  return {
    Privileged: flagAt(inputs, "privileged"),
    ReadonlyRootfs: flagAt(inputs, "readOnly"),
    CapAdd: textsAt(capabilities, "adds"),
    CapDrop: textsAt(capabilities, "drops"),
    SecurityOpt: options.filter((option) => option !== UNCONFINED),
    GroupAdd: textsAt(inputs, "groupAdds"),
    ...(options.includes(UNCONFINED) ? { MaskedPaths: [], ReadonlyPaths: [] } : {}),
  };
}

/** Without networks of its own a container is on the one of its mode, which Docker names itself. */
function declaredNetworks(
  inputs: PlainObject,
  live: ContainerShape,
): { readonly [name: string]: NetworkEndpoint } {
  const advanced = mapsAt(inputs, "networksAdvanced");
  if (advanced.length === 0) return live.networks;
  const own = [textAt(inputs, "hostname"), live.config.Hostname];
  return Object.fromEntries(
    advanced.map((network: PlainObject & { readonly [key: string]: Plain }) => [
      textAt(network, "name"),
      { aliases: withoutOwn(textsAt(network, "aliases"), own), address: textAt(network, "ipv4Address") },
    ]),
  );
}
