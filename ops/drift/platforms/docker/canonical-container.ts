import type Docker from "dockerode";
import { type Canonical, type CanonicalEntry, canonical, keyed, keyedTexts } from "../../canonical.ts";
import type { ContainerShape, HostShape, ProcessShape } from "./shape.ts";

const MEBIBYTE = 1024 * 1024;
const NANOSECOND = 1e-9;

/** A container's properties under the names that Docker's Pulumi provider gives them. */
export function canonicalContainer({ name, image, state, ...shape }: ContainerShape): Canonical {
  const networks = Object.entries(shape.networks);
  return canonical([
    ["name", name],
    ["image", image],
    ["state", state],
    ...processEntries(shape.config),
    ...hostEntries(shape.host),
    ...securityEntries(shape.host),
    ...limitEntries(shape.host),
    ...deviceEntries(shape.host),
    ...volumeEntries(shape.config, shape.host),
    ...portEntries(shape.config, shape.host),
    ...networks.map(([network]): CanonicalEntry => [`networksAdvanced[${network}]`, "connected"]),
    ...networks.map(
      ([network, { aliases }]): CanonicalEntry => [
        `networksAdvanced[${network}].aliases`,
        [...aliases].sort(),
      ],
    ),
    ...networks.map(
      ([network, { address }]): CanonicalEntry => [`networksAdvanced[${network}].ipv4Address`, address],
    ),
  ]);
}

function processEntries(config: ProcessShape): CanonicalEntry[] {
  const health = config.Healthcheck ?? {};
  return [
    ["hostname", config.Hostname],
    ["domainname", config.Domainname],
    ["user", config.User],
    ["command", config.Cmd],
    ["entrypoints", config.Entrypoint === null ? [] : [config.Entrypoint ?? []].flat()],
    ["workingDir", config.WorkingDir],
    ["tty", config.Tty],
    ["stdinOpen", config.OpenStdin],
    ["stopSignal", config.StopSignal],
    ["stopTimeout", config.StopTimeout],
    ["healthcheck.tests", health.Test],
    ["healthcheck.interval", seconds(health.Interval)],
    ["healthcheck.timeout", seconds(health.Timeout)],
    ["healthcheck.startPeriod", seconds(health.StartPeriod)],
    ["healthcheck.startInterval", seconds(health.StartInterval)],
    ["healthcheck.retries", health.Retries],
    ...keyedTexts("envs", pairs(config.Env, "=")),
    ...keyedTexts("labels", config.Labels),
  ];
}

function seconds(nanoseconds: number | undefined): string {
  return nanoseconds === undefined || nanoseconds === 0 ? "" : `${nanoseconds * NANOSECOND}s`;
}

/** `NAME=value` texts as a map. */
function pairs(texts: readonly string[] | null | undefined, separator: string): { [name: string]: string } {
  return Object.fromEntries(
    (texts ?? []).map((text) => {
      const at = text.indexOf(separator);
      return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
    }),
  );
}

function hostEntries(host: HostShape): CanonicalEntry[] {
  return [
    ["restart", host.RestartPolicy?.Name || "no"],
    ["maxRetryCount", host.RestartPolicy?.MaximumRetryCount],
    ["rm", host.AutoRemove],
    ["init", host.Init],
    ["runtime", host.Runtime],
    ["publishAllPorts", host.PublishAllPorts],
    ["networkMode", host.NetworkMode],
    ["ipcMode", host.IpcMode],
    ["pidMode", host.PidMode],
    ["usernsMode", host.UsernsMode],
    ["utsMode", host.UTSMode],
    ["cgroupnsMode", (host as { CgroupnsMode?: string }).CgroupnsMode],
    ["cgroupParent", host.CgroupParent],
    ["logDriver", host.LogConfig?.Type],
    ["dns", host.Dns],
    ["dnsOpts", host.DnsOptions],
    ["dnsSearches", host.DnsSearch],
    ...keyed("hosts", pairs(host.ExtraHosts, ":")),
    ...keyedTexts("logOpts", host.LogConfig?.Config),
    ...keyedTexts("sysctls", host.Sysctls),
    ...keyedTexts("storageOpts", host.StorageOpt),
    ...keyedTexts("tmpfs", sortedOptions(host.Tmpfs)),
    ...((host.Links ?? []) as string[]).map((link): CanonicalEntry => [`links[${link}]`, "linked"]),
  ];
}

function sortedOptions(tmpfs: { [path: string]: string } | null | undefined): { [path: string]: string } {
  return Object.fromEntries(
    Object.entries(tmpfs ?? {}).map(([path, options]) => [path, options.split(",").sort().join(",")]),
  );
}

function securityEntries(host: HostShape): CanonicalEntry[] {
  return [
    ["privileged", host.Privileged],
    ["readOnly", host.ReadonlyRootfs],
    ["capabilities.adds", capabilities(host.CapAdd)],
    ["capabilities.drops", capabilities(host.CapDrop)],
    ["securityOpts", [...(host.SecurityOpt ?? [])].sort()],
    ["groupAdds", [...(host.GroupAdd ?? [])].sort()],
    ["maskedPaths", host.MaskedPaths?.length === 0 ? "none" : ""],
    ["readonlyPaths", host.ReadonlyPaths?.length === 0 ? "none" : ""],
  ];
}

/** Docker takes capabilities with and without their prefix. */
function capabilities(names: readonly string[] | null | undefined): string[] {
  return (names ?? []).map((name) => name.toUpperCase().replace(/^CAP_/, "")).sort();
}

function limitEntries(host: HostShape): CanonicalEntry[] {
  return [
    ["memory", mebibytes(host.Memory)],
    ["memoryReservation", mebibytes(host.MemoryReservation)],
    ["memorySwap", mebibytes(host.MemorySwap)],
    ["memorySwappiness", host.MemorySwappiness],
    ["shmSize", mebibytes(host.ShmSize)],
    ["cpus", (host.NanoCpus ?? 0) * NANOSECOND],
    ["cpuShares", host.CpuShares],
    ["cpuPeriod", host.CpuPeriod],
    ["cpuQuota", host.CpuQuota],
    ["cpuRealtimePeriod", host.CpuRealtimePeriod],
    ["cpuRealtimeRuntime", host.CpuRealtimeRuntime],
    ["cpuSet", host.CpusetCpus],
    ["cpuSetMems", host.CpusetMems],
    ["blkioWeight", host.BlkioWeight],
    ["pidsLimit", Math.max(host.PidsLimit ?? 0, 0)],
    ["oomScoreAdj", host.OomScoreAdj],
    ["oomKillDisable", host.OomKillDisable],
    ["kernelMemory", host.KernelMemory],
    ...(host.Ulimits ?? []).map(
      (limit): CanonicalEntry => [`ulimits[${limit.Name}]`, `${limit.Soft}:${limit.Hard}`],
    ),
  ];
}

/** Docker's limits are bytes; the provider's are MiB, and -1 is "no limit" in both. */
function mebibytes(bytes: number | undefined): number {
  return bytes === undefined || bytes <= 0 ? (bytes ?? 0) : bytes / MEBIBYTE;
}

function deviceEntries(host: HostShape): CanonicalEntry[] {
  const throttle = (property: string, limits: readonly { Path: string; Rate: number }[] | null | undefined) =>
    (limits ?? []).map(({ Path, Rate }): CanonicalEntry => [`${property}[${Path}]`, Rate]);
  return [
    ...throttle("deviceReadBps", host.BlkioDeviceReadBps),
    ...throttle("deviceReadIops", host.BlkioDeviceReadIOps),
    ...throttle("deviceWriteBps", host.BlkioDeviceWriteBps),
    ...throttle("deviceWriteIops", host.BlkioDeviceWriteIOps),
    ...(host.Devices ?? []).map(
      (device: Docker.DeviceMapping): CanonicalEntry => [
        `devices[${device.PathOnHost}]`,
        `${device.PathInContainer}:${device.CgroupPermissions}`,
      ],
    ),
    ["deviceRequests", host.DeviceRequests],
    ["deviceCgroupRules", host.DeviceCgroupRules],
  ];
}

/** Named volumes, host paths and anonymous volumes by their path inside. */
function volumeEntries(config: ProcessShape, host: HostShape): CanonicalEntry[] {
  const anonymous = Object.keys(config.Volumes ?? {}).map((path): [string, string] => [path, "anonymous"]);
  const binds = (host.Binds ?? []).map((bind): [string, string] => {
    const [source = "", path = "", mode = ""] = bind.split(":");
    const flags = mode.split(",").filter((flag) => flag === "ro" || flag === "z" || flag === "Z");
    return [path, [source, ...flags].join(":")];
  });
  return [
    ...keyed("volumes", Object.fromEntries([...anonymous, ...binds])),
    ...(host.VolumesFrom ?? []).map(
      (from: string): CanonicalEntry => [`volumes[from ${from.replace(/:rw$/, "")}]`, "mounted"],
    ),
    ...(host.Mounts ?? []).map(
      (mount): CanonicalEntry => [
        `mounts[${mount.Target}]`,
        [mount.Type, mount.Source ?? "", mount.ReadOnly === true ? "ro" : "rw"].join(":"),
      ],
    ),
  ];
}

function portEntries(config: ProcessShape, host: HostShape): CanonicalEntry[] {
  const published = Object.entries((host.PortBindings ?? {}) as Docker.PortMap).map(
    ([port, bindings]): [string, string] => [
      port,
      (bindings ?? [])
        .map(({ HostIp, HostPort }) => `${HostIp || "0.0.0.0"}:${HostPort || "0"}`)
        .sort()
        .join(" "),
    ],
  );
  return [
    ...keyed("ports", Object.fromEntries(published)),
    ...Object.keys(config.ExposedPorts ?? {}).map(
      (port): CanonicalEntry => [`exposedPorts[${port}]`, "exposed"],
    ),
  ];
}
