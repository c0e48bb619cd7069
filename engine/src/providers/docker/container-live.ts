import type Docker from "dockerode";
import { isPropertyMap, type PropertyMap, type PropertyValue } from "../../protocol/property-value.ts";
import { bindValues } from "./container-parts.ts";
import { formatDuration } from "./duration.ts";
import { isZero, labelList, textAt } from "./values.ts";

const MEBIBYTE = 1024 * 1024;
const SHORT_ID = 12;

/** An inspected container, with the fields that the client's types leave out or never have as null. */
export type Inspected = Docker.ContainerInspectInfo & {
  readonly Config: { readonly StopSignal?: string; readonly StopTimeout?: number };
  readonly NetworkSettings: { readonly Bridge?: string };
};

/**
 * A container's attributes as Docker tells them. `declared` decides about those that Docker fills by itself
 * (ports, ulimits, devices, log options): they are read back only where they were asked for.
 */
export function containerValues(live: Inspected, declared: PropertyMap): PropertyMap {
  const isRunning = live.State.Running;
  const isWanted = declared["mustRun"] !== false;
  return {
    name: live.Name.replace(/^\//, ""),
    image: textAt(declared, "image").startsWith("sha256:") ? live.Image : live.Config.Image,
    ...processValues(live),
    ...hostValues(live.HostConfig, declared),
    ...limitValues(live.HostConfig),
    ...networkValues(live),
    ...(isRunning || isWanted ? portValues(live, declared) : {}),
    ...(isRunning ? {} : { exitCode: live.State.ExitCode }),
    ...(!isRunning && isWanted ? { mustRun: false } : {}),
  };
}

function processValues({ Config: config, HostConfig: host, Platform: platform }: Inspected): PropertyMap {
  return {
    hostname: config.Hostname,
    domainname: config.Domainname,
    command: config.Cmd ?? [],
    entrypoints: [config.Entrypoint ?? []].flat(),
    user: config.User,
    workingDir: config.WorkingDir,
    tty: config.Tty,
    stdinOpen: config.OpenStdin,
    stopSignal: config.StopSignal ?? "",
    stopTimeout: config.StopTimeout ?? 0,
    healthcheck: healthValues(config.Healthcheck),
    init: host.Init ?? false,
    runtime: host.Runtime ?? "",
    platform,
  };
}

function healthValues(health: Docker.HealthConfig | null | undefined): PropertyMap | null {
  if (health === undefined || health === null) return null;
  return {
    tests: health.Test ?? [],
    interval: formatDuration(health.Interval ?? 0),
    timeout: formatDuration(health.Timeout ?? 0),
    startPeriod: formatDuration(health.StartPeriod ?? 0),
    startInterval: formatDuration(health.StartInterval ?? 0),
    retries: health.Retries ?? 0,
  };
}

function hostValues(host: Docker.HostConfig, declared: PropertyMap): PropertyMap {
  const asked = (key: string, value: PropertyValue): PropertyMap =>
    isZero(declared[key]) ? {} : { [key]: value };
  const capabilities = { adds: host.CapAdd ?? [], drops: host.CapDrop ?? [] };
  return {
    rm: host.AutoRemove ?? false,
    readOnly: host.ReadonlyRootfs ?? false,
    privileged: host.Privileged ?? false,
    publishAllPorts: host.PublishAllPorts ?? false,
    restart: host.RestartPolicy?.Name || "no",
    maxRetryCount: host.RestartPolicy?.MaximumRetryCount ?? 0,
    ...(capabilities.adds.length + capabilities.drops.length > 0 ? { capabilities } : {}),
    securityOpts: [...(host.SecurityOpt ?? []), ...unconfinedPaths(host, declared)],
    dns: host.Dns ?? [],
    dnsOpts: host.DnsOptions ?? [],
    dnsSearches: host.DnsSearch ?? [],
    groupAdds: host.GroupAdd ?? [],
    hosts: (host.ExtraHosts ?? []).map(extraHostValue),
    mounts: (host.Mounts ?? []).map(mountValues),
    tmpfs: host.Tmpfs ?? {},
    sysctls: host.Sysctls ?? {},
    storageOpts: host.StorageOpt ?? {},
    ipcMode: host.IpcMode ?? "",
    usernsMode: host.UsernsMode ?? "",
    networkMode: networkMode(host),
    logDriver: host.LogConfig?.Type ?? "",
    logOpts: isZero(declared["logOpts"]) ? {} : (host.LogConfig?.Config ?? {}),
    ...asked("pidMode", host.PidMode ?? ""),
    ...asked("ulimits", (host.Ulimits ?? []).map(ulimitValue)),
    ...asked("devices", (host.Devices ?? []).map(deviceValue)),
  };
}

/** Docker's two names for the same network. */
function networkMode(host: Docker.HostConfig): string {
  return host.NetworkMode === "default" ? "bridge" : (host.NetworkMode ?? "");
}

function unconfinedPaths(host: Docker.HostConfig, declared: PropertyMap): string[] {
  const option = "systempaths=unconfined";
  const wanted = declared["securityOpts"];
  return Array.isArray(wanted) && wanted.includes(option) && host.MaskedPaths?.length === 0 ? [option] : [];
}

function extraHostValue(text: string): PropertyMap {
  const colon = text.indexOf(":");
  return { host: text.slice(0, colon), ip: text.slice(colon + 1) };
}

function ulimitValue(limit: Docker.Ulimit): PropertyMap {
  return { name: limit.Name ?? "", soft: limit.Soft ?? 0, hard: limit.Hard ?? 0 };
}

function deviceValue(device: Docker.DeviceMapping): PropertyMap {
  const inside = device.PathInContainer === device.PathOnHost ? "" : device.PathInContainer;
  return { hostPath: device.PathOnHost, containerPath: inside, permissions: device.CgroupPermissions };
}

function mountValues(mount: Docker.MountSettings): PropertyMap {
  const { BindOptions: bind, VolumeOptions: volume, TmpfsOptions: tmpfs } = mount;
  return {
    target: mount.Target,
    source: mount.Source ?? "",
    type: mount.Type,
    readOnly: mount.ReadOnly ?? false,
    bindOptions: bind === undefined ? null : { propagation: bind.Propagation ?? "" },
    tmpfsOptions: tmpfs === undefined ? null : { sizeBytes: tmpfs.SizeBytes ?? 0, mode: tmpfs.Mode ?? 0 },
    volumeOptions:
      volume === undefined
        ? null
        : {
            noCopy: volume.NoCopy ?? false,
            labels: labelList(volume.Labels),
            driverName: volume.DriverConfig?.Name ?? "",
            driverOptions: volume.DriverConfig?.Options ?? {},
            subpath: "Subpath" in volume ? String(volume.Subpath) : "",
          },
  };
}

function limitValues(host: Docker.HostConfig): PropertyMap {
  const mebibytes = (bytes: number | undefined): number =>
    bytes !== undefined && bytes > 0 ? Math.floor(bytes / MEBIBYTE) : (bytes ?? 0);
  const throttle = (limits: readonly { Path: string; Rate: number }[] | null | undefined): PropertyMap[] =>
    (limits ?? []).map(({ Path, Rate }) => ({ path: Path, rate: Rate }));
  return {
    memory: mebibytes(host.Memory),
    memoryReservation: mebibytes(host.MemoryReservation),
    memorySwap: mebibytes(host.MemorySwap),
    shmSize: mebibytes(host.ShmSize),
    cpuShares: host.CpuShares ?? 0,
    cpuSet: host.CpusetCpus ?? "",
    ...((host.NanoCpus ?? 0) > 0 ? { cpus: String((host.NanoCpus ?? 0) / 1e9) } : {}),
    deviceReadBps: throttle(host.BlkioDeviceReadBps),
    deviceReadIops: throttle(host.BlkioDeviceReadIOps),
    deviceWriteBps: throttle(host.BlkioDeviceWriteBps),
    deviceWriteIops: throttle(host.BlkioDeviceWriteIOps),
  };
}

/** The addresses a container has now. */
export function networkValues({ NetworkSettings: settings }: Inspected): PropertyMap {
  const networks = Object.entries(settings.Networks ?? {}).sort(([left], [right]) => (left < right ? -1 : 1));
  return {
    bridge: settings.Bridge ?? "",
    networkDatas: networks.map(([networkName, network]) => ({
      gateway: network.Gateway,
      globalIpv6Address: network.GlobalIPv6Address,
      globalIpv6PrefixLength: network.GlobalIPv6PrefixLen,
      ipAddress: network.IPAddress,
      ipPrefixLength: network.IPPrefixLen,
      ipv6Gateway: network.IPv6Gateway,
      macAddress: network.MacAddress,
      networkName,
    })),
  };
}

function portValues(live: Inspected, declared: PropertyMap): PropertyMap {
  if (isZero(declared["ports"]) || !live.State.Running) return {};
  const ports = Object.entries(live.NetworkSettings.Ports ?? {}).flatMap(([key, bindings]) => {
    const [internal, protocol = "tcp"] = key.split("/");
    return (bindings ?? []).map((binding) => ({
      internal: Number(internal),
      external: Number(binding.HostPort),
      ip: binding.HostIp,
      protocol,
    }));
  });
  return { ports: ports.sort((left, right) => left.internal - right.internal) };
}

/** What an import adds: settings that a refresh leaves as recorded, less what comes from the image. */
export function importedValues(live: Inspected, image: Docker.ImageInspectInfo | undefined): PropertyMap {
  const inherited = new Set(image?.Config?.Env ?? []);
  const labels = Object.entries(live.Config.Labels ?? {}).filter(
    ([name, value]) => image?.Config?.Labels?.[name] !== value,
  );
  const everything = { ports: [{}], ulimits: [{}], devices: [{}], logOpts: { any: "" }, pidMode: "any" };
  const own = networkMode(live.HostConfig);
  const networks = Object.keys(live.NetworkSettings.Networks ?? {}).filter((name) => name !== own);
  const values = containerValues(live, everything);
  return {
    ...values,
    mustRun: live.State.Running,
    envs: (live.Config.Env ?? []).filter((text) => !inherited.has(text)).sort(),
    labels: labelList(Object.fromEntries(labels)),
    volumes: bindValues(live.HostConfig.Binds ?? []),
    networksAdvanced: networks.map((name) => ({ name, aliases: aliasesOn(live, name) })),
    ...(isPropertyMap(values["healthcheck"]) && image?.Config?.Healthcheck !== undefined
      ? { healthcheck: null }
      : {}),
  };
}

/** Docker adds the container's short id to its aliases by itself. */
function aliasesOn(live: Inspected, network: string): string[] {
  const aliases: unknown = live.NetworkSettings.Networks[network]?.Aliases;
  const texts = Array.isArray(aliases) ? aliases.map(String) : [];
  return texts.filter((alias) => alias !== live.Id.slice(0, SHORT_ID)).sort();
}
