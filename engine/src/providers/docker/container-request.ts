import type Docker from "dockerode";
import type { PropertyMap } from "../../protocol/property-value.ts";
import {
  bindRequests,
  deviceRequests,
  mountRequests,
  portRequests,
  throttleRequests,
  ulimitRequests,
} from "./container-parts.ts";
import { parseDuration } from "./duration.ts";
import {
  findMapAt,
  flagAt,
  isZero,
  labelsAt,
  mapsAt,
  numberAt,
  textAt,
  textMapAt,
  textsAt,
} from "./values.ts";

const MEBIBYTE = 1024 * 1024;
const UNCONFINED_PATHS = "systempaths=unconfined";

/** Only what is set: Docker's own defaults, and the image's, hold for the rest. */
type Part = { readonly [key: string]: unknown };

/** Docker's request for a container, networks and uploads left out. */
export function containerRequest(inputs: PropertyMap): Docker.ContainerCreateOptions {
  const { exposed, bindings } = portRequests(mapsAt(inputs, "ports"));
  const { volumes, binds, from } = bindRequests(mapsAt(inputs, "volumes"));
  return {
    name: textAt(inputs, "name"),
    Image: textAt(inputs, "image"),
    Tty: flagAt(inputs, "tty"),
    OpenStdin: flagAt(inputs, "stdinOpen"),
    ...whereSet("platform", textAt(inputs, "platform")),
    ...processPart(inputs),
    ...whereSet("ExposedPorts", exposed),
    ...whereSet("Volumes", volumes),
    HostConfig: {
      ...hostPart(inputs),
      ...resourcePart(inputs),
      ...securityPart(inputs),
      ...whereSet("PortBindings", bindings),
      ...whereSet("Binds", binds),
      ...whereSet("VolumesFrom", from),
    },
  };
}

function whereSet(key: string, value: unknown): Part {
  const isEmpty = typeof value === "object" ? Object.keys(value ?? {}).length === 0 : !value;
  return isEmpty ? {} : { [key]: value };
}

function processPart(inputs: PropertyMap): Part {
  const healthcheck = findMapAt(inputs, "healthcheck");
  return {
    ...whereSet("Hostname", textAt(inputs, "hostname")),
    ...whereSet("Domainname", textAt(inputs, "domainname")),
    ...whereSet("Cmd", textsAt(inputs, "command")),
    ...whereSet("Entrypoint", textsAt(inputs, "entrypoints")),
    ...whereSet("User", textAt(inputs, "user")),
    ...whereSet("WorkingDir", textAt(inputs, "workingDir")),
    ...whereSet("Env", textsAt(inputs, "envs")),
    ...whereSet("Labels", labelsAt(inputs, "labels")),
    ...whereSet("StopSignal", textAt(inputs, "stopSignal")),
    ...whereSet("StopTimeout", numberAt(inputs, "stopTimeout")),
    ...(healthcheck === undefined ? {} : { Healthcheck: healthRequest(healthcheck) }),
  };
}

function healthRequest(check: PropertyMap): Docker.HealthConfig {
  const nanoseconds = (key: string): number => parseDuration(textAt(check, key)) ?? 0;
  return {
    Test: textsAt(check, "tests"),
    Interval: nanoseconds("interval"),
    Timeout: nanoseconds("timeout"),
    StartPeriod: nanoseconds("startPeriod"),
    Retries: numberAt(check, "retries"),
    // Daemons before API 1.44 do not know it.
    ...whereSet("StartInterval", nanoseconds("startInterval")),
  };
}

function hostPart(inputs: PropertyMap): Docker.HostConfig {
  return {
    AutoRemove: flagAt(inputs, "rm"),
    Init: flagAt(inputs, "init"),
    RestartPolicy: restartPolicy(inputs),
    LogConfig: { Type: textAt(inputs, "logDriver"), Config: textMapAt(inputs, "logOpts") },
    NetworkMode: textAt(inputs, "networkMode") || "bridge",
    PublishAllPorts: flagAt(inputs, "publishAllPorts"),
    Mounts: mountRequests(mapsAt(inputs, "mounts")),
    ...whereSet("Tmpfs", textMapAt(inputs, "tmpfs")),
    ...whereSet(
      "ExtraHosts",
      mapsAt(inputs, "hosts").map((host) => `${textAt(host, "host")}:${textAt(host, "ip")}`),
    ),
    ...whereSet("Dns", textsAt(inputs, "dns")),
    ...whereSet("DnsOptions", textsAt(inputs, "dnsOpts")),
    ...whereSet("DnsSearch", textsAt(inputs, "dnsSearches")),
    ...whereSet("Runtime", textAt(inputs, "runtime")),
    ...whereSet("StorageOpt", textMapAt(inputs, "storageOpts")),
    ...whereSet("Sysctls", textMapAt(inputs, "sysctls")),
  };
}

/** Docker's restart policy. */
export function restartPolicy(inputs: PropertyMap): Docker.HostRestartPolicy {
  return { Name: textAt(inputs, "restart") || "no", MaximumRetryCount: numberAt(inputs, "maxRetryCount") };
}

function securityPart(inputs: PropertyMap): Part {
  const capabilities = findMapAt(inputs, "capabilities") ?? {};
  const options = textsAt(inputs, "securityOpts");
  // Docker's own client turns this option into two empty lists; the daemon does not know it.
  const unconfined = options.includes(UNCONFINED_PATHS) ? { MaskedPaths: [], ReadonlyPaths: [] } : {};
  return {
    Privileged: flagAt(inputs, "privileged"),
    ReadonlyRootfs: flagAt(inputs, "readOnly"),
    ...whereSet("CapAdd", textsAt(capabilities, "adds")),
    ...whereSet("CapDrop", textsAt(capabilities, "drops")),
    ...whereSet(
      "SecurityOpt",
      options.filter((option) => option !== UNCONFINED_PATHS),
    ),
    ...unconfined,
    ...whereSet("GroupAdd", textsAt(inputs, "groupAdds")),
    ...whereSet("UsernsMode", textAt(inputs, "usernsMode")),
    ...whereSet("PidMode", textAt(inputs, "pidMode")),
    ...whereSet("IpcMode", textAt(inputs, "ipcMode")),
    ...whereSet("CgroupnsMode", textAt(inputs, "cgroupnsMode")),
    ...whereSet("CgroupParent", textAt(inputs, "cgroupParent")),
  };
}

function resourcePart(inputs: PropertyMap): Part {
  return {
    ...limitRequest(inputs),
    ...whereSet("ShmSize", numberAt(inputs, "shmSize") * MEBIBYTE),
    ...whereSet("NanoCpus", Math.round(Number(textAt(inputs, "cpus") || 0) * 1e9)),
    ...(isZero(inputs["cpus"]) ? cpuQuota(inputs) : {}),
    ...whereSet("Ulimits", ulimitRequests(mapsAt(inputs, "ulimits"))),
    ...whereSet("Devices", deviceRequests(mapsAt(inputs, "devices"))),
    ...whereSet("DeviceRequests", acceleratorRequests(inputs)),
  };
}

function cpuQuota(inputs: PropertyMap): Part {
  return {
    ...whereSet("CpuPeriod", numberAt(inputs, "cpuPeriod")),
    ...whereSet("CpuQuota", numberAt(inputs, "cpuQuota")),
  };
}

/** The limits that Docker can also change while the container runs. */
export function limitRequest(inputs: PropertyMap): Part {
  const swap = numberAt(inputs, "memorySwap");
  return {
    ...whereSet("Memory", numberAt(inputs, "memory") * MEBIBYTE),
    ...whereSet("MemoryReservation", numberAt(inputs, "memoryReservation") * MEBIBYTE),
    ...whereSet("MemorySwap", swap > 0 ? swap * MEBIBYTE : swap),
    ...whereSet("CpuShares", numberAt(inputs, "cpuShares")),
    ...whereSet("CpusetCpus", textAt(inputs, "cpuSet")),
    ...whereSet("BlkioDeviceReadBps", throttleRequests(mapsAt(inputs, "deviceReadBps"))),
    ...whereSet("BlkioDeviceReadIOps", throttleRequests(mapsAt(inputs, "deviceReadIops"))),
    ...whereSet("BlkioDeviceWriteBps", throttleRequests(mapsAt(inputs, "deviceWriteBps"))),
    ...whereSet("BlkioDeviceWriteIOps", throttleRequests(mapsAt(inputs, "deviceWriteIops"))),
  };
}

function acceleratorRequests(inputs: PropertyMap): Part[] {
  const gpus = textAt(inputs, "gpus")
    .trim()
    .replace(/^["']|["']$/g, "");
  if (gpus === "all") return [{ Driver: "", Count: -1, Capabilities: [["gpu"]] }];
  if (gpus !== "") {
    const ids = gpus.replace(/^device=/, "").split(",");
    return [{ Driver: "", DeviceIDs: ids, Capabilities: [["gpu"]] }];
  }
  return mapsAt(inputs, "deviceRequests").map((request) => ({
    Driver: textAt(request, "driver"),
    Count: numberAt(request, "count"),
    DeviceIDs: textsAt(request, "deviceIds"),
    Capabilities: [textsAt(request, "capabilities")],
    Options: textMapAt(request, "options"),
  }));
}
