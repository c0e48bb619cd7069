import type Docker from "dockerode";
import type { PropertyMap } from "../../protocol/property-value.ts";
import { findMapAt, flagAt, labelsAt, numberAt, textAt, textMapAt } from "./values.ts";

/** Exposed ports and host bindings. */
export function portRequests(ports: readonly PropertyMap[]): {
  readonly exposed: { readonly [port: string]: object };
  readonly bindings: Docker.PortMap;
} {
  const bindings: Docker.PortMap = {};
  for (const port of ports) {
    const key = `${numberAt(port, "internal")}/${textAt(port, "protocol") || "tcp"}`;
    const external = numberAt(port, "external");
    const binding = { HostPort: String(external), HostIp: textAt(port, "ip") };
    bindings[key] = [...(bindings[key] ?? []), binding];
  }
  const exposed = Object.fromEntries(Object.keys(bindings).map((key) => [key, {}]));
  return { exposed, bindings };
}

/** `volumes`: binds of named volumes and host paths, anonymous volumes, and volumes of other containers. */
export function bindRequests(volumes: readonly PropertyMap[]): {
  readonly volumes: { readonly [path: string]: object };
  readonly binds: readonly string[];
  readonly from: readonly string[];
} {
  const problem = volumes.map(volumeProblem).find((text) => text !== undefined);
  if (problem !== undefined) throw new Error(`Unable to parse volumes: ${problem}`);
  const own = volumes.filter((volume) => textAt(volume, "fromContainer") === "");
  return {
    volumes: Object.fromEntries(own.map((volume) => [textAt(volume, "containerPath"), {}])),
    binds: own.flatMap(bindText),
    from: volumes.map((volume) => textAt(volume, "fromContainer")).filter((name) => name !== ""),
  };
}

function volumeProblem(volume: PropertyMap): string | undefined {
  const hasSource = textAt(volume, "fromContainer") !== "";
  const hasPath = textAt(volume, "containerPath") !== "";
  if (!hasSource && !hasPath) return "volume entry without container path or source container";
  return hasSource && hasPath ? "both a container and a path specified in a volume entry" : undefined;
}

function bindText(volume: PropertyMap): string[] {
  const source = textAt(volume, "hostPath") || textAt(volume, "volumeName");
  if (source === "") return [];
  const label = textAt(volume, "selinuxRelabel");
  const mode = `${flagAt(volume, "readOnly") ? "ro" : "rw"}${label === "" ? "" : `,${label}`}`;
  return [`${source}:${textAt(volume, "containerPath")}:${mode}`];
}

/** `volumes` as an import reads them back from Docker's binds. */
export function bindValues(binds: readonly string[]): PropertyMap[] {
  return binds.map((bind) => {
    const [source = "", containerPath = "", mode = ""] = bind.split(":");
    const kind = source.startsWith("/") ? "hostPath" : "volumeName";
    const flags = mode.split(",");
    return {
      containerPath,
      fromContainer: "",
      hostPath: "",
      volumeName: "",
      readOnly: flags.includes("ro"),
      selinuxRelabel: flags.find((flag) => flag === "z" || flag === "Z") ?? "",
      [kind]: source,
    };
  });
}

export function mountRequests(mounts: readonly PropertyMap[]): Docker.MountConfig {
  return mounts.map((mount) => {
    const type = textAt(mount, "type") as Docker.MountType;
    const bind = findMapAt(mount, "bindOptions");
    const volume = findMapAt(mount, "volumeOptions");
    const tmpfs = findMapAt(mount, "tmpfsOptions");
    return {
      Type: type,
      Target: textAt(mount, "target"),
      Source: textAt(mount, "source"),
      ReadOnly: flagAt(mount, "readOnly"),
      ...(type === "bind" && bind !== undefined ? { BindOptions: bindOptions(bind) } : {}),
      ...(type === "volume" && volume !== undefined ? { VolumeOptions: volumeOptions(volume) } : {}),
      ...(type === "tmpfs" && tmpfs !== undefined
        ? { TmpfsOptions: { SizeBytes: numberAt(tmpfs, "sizeBytes"), Mode: numberAt(tmpfs, "mode") } }
        : {}),
    };
  });
}

function bindOptions(options: PropertyMap): NonNullable<Docker.MountSettings["BindOptions"]> {
  return { Propagation: (textAt(options, "propagation") || "rprivate") as Docker.MountPropagation };
}

function volumeOptions(options: PropertyMap): NonNullable<Docker.MountSettings["VolumeOptions"]> {
  const subpath = textAt(options, "subpath");
  return {
    NoCopy: flagAt(options, "noCopy"),
    Labels: labelsAt(options, "labels"),
    DriverConfig: { Name: textAt(options, "driverName"), Options: textMapAt(options, "driverOptions") },
    ...(subpath === "" ? {} : { Subpath: subpath }),
  };
}

export function ulimitRequests(ulimits: readonly PropertyMap[]): Docker.Ulimit[] {
  return ulimits.map((limit) => ({
    Name: textAt(limit, "name"),
    Soft: numberAt(limit, "soft"),
    Hard: numberAt(limit, "hard"),
  }));
}

export function deviceRequests(devices: readonly PropertyMap[]): Docker.DeviceMapping[] {
  return devices.map((device) => ({
    PathOnHost: textAt(device, "hostPath"),
    PathInContainer: textAt(device, "containerPath") || textAt(device, "hostPath"),
    CgroupPermissions: textAt(device, "permissions") || "rwm",
  }));
}

export function throttleRequests(limits: readonly PropertyMap[]): { Path: string; Rate: number }[] {
  return limits.map((limit) => ({ Path: textAt(limit, "path"), Rate: numberAt(limit, "rate") }));
}
