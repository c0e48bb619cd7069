import type Docker from "dockerode";

/** A container as it is made again out of band. */
export type Made = Docker.ContainerCreateOptions & {
  Labels: { [label: string]: string };
  HostConfig: Docker.HostConfig;
  /** Network name -> aliases; each is connected after it is made. */
  networks: { [name: string]: string[] };
};

/** One property changed: its canonical path, and how. */
export interface Mutation {
  /** Input of the resource that is changed, `envs` of `envs[X]`. */
  readonly input: string;
  /** Paths that the review has to name. */
  readonly paths: (made: Made) => readonly string[];
  readonly apply: (made: Made) => void;
}

const SCRATCH = "/mutation";

const mutation = (
  input: string,
  apply: (made: Made) => void,
  paths: (made: Made) => readonly string[] = () => [input],
): Mutation => ({ input, paths, apply });

const host = (input: string, values: Docker.HostConfig, ...paths: string[]): Mutation =>
  mutation(
    input,
    (made) => Object.assign(made.HostConfig, values),
    () => (paths.length > 0 ? paths : [input]),
  );

const config = (input: string, values: Partial<Made>): Mutation =>
  mutation(input, (made) => Object.assign(made, values));

const firstKey = (map: object | null | undefined, fallback: string) => Object.keys(map ?? {})[0] ?? fallback;
const portOf = (made: Made) => firstKey(made.HostConfig.PortBindings as object, "7/tcp");
const firstEnv = (made: Made) => made.Env?.find((text) => !text.startsWith("PATH=")) ?? "HOME=/";
const bindPath = (made: Made) => made.HostConfig.Binds?.[0]?.split(":")[1] ?? SCRATCH;
const aliasNetwork = (made: Made) => firstKey(made.networks, "none");

/** Every property that Docker lets one change by making the container anew under its name. */
export const MUTATIONS: readonly Mutation[] = [
  config("hostname", { Hostname: "mutated" }),
  config("domainname", { Domainname: "mutated.example" }),
  config("user", { User: "0:0" }),
  config("command", { Cmd: ["sleep", "1"] }),
  config("entrypoints", { Entrypoint: ["/bin/sh", "-c"] }),
  config("workingDir", { WorkingDir: "/mutated" }),
  config("tty", { Tty: true }),
  config("stdinOpen", { OpenStdin: true }),
  config("stopSignal", { StopSignal: "SIGHUP" }),
  config("stopTimeout", { StopTimeout: 77 }),
  mutation(
    "healthcheck",
    (made) => {
      made.Healthcheck = {
        Test: ["CMD", "true"],
        Interval: 7e9,
        Timeout: 3e9,
        StartPeriod: 11e9,
        Retries: 7,
      };
    },
    () => ["tests", "interval", "timeout", "startPeriod", "retries"].map((part) => `healthcheck.${part}`),
  ),
  mutation(
    "envs",
    (made) => {
      const [name] = firstEnv(made).split("=", 1);
      made.Env = [
        ...(made.Env ?? []).filter((text) => !text.startsWith(`${name}=`)),
        `${name}=mutated`,
        "MUTATED=1",
      ];
    },
    (made) => [`envs[${firstEnv(made).split("=", 1)[0]}]`, "envs[MUTATED]"],
  ),
  mutation(
    "labels",
    (made) => {
      made.Labels["trials.role"] = "mutated";
      made.Labels["mutated"] = "1";
    },
    () => ["labels[trials.role]", "labels[mutated]"],
  ),
  host(
    "restart",
    { RestartPolicy: { Name: "on-failure", MaximumRetryCount: 3 } },
    "restart",
    "maxRetryCount",
  ),
  host("init", { Init: true }),
  host("readOnly", { ReadonlyRootfs: false }),
  host(
    "capabilities",
    { CapDrop: ["NET_RAW"], CapAdd: ["SYS_TIME"] },
    "capabilities.adds",
    "capabilities.drops",
  ),
  host("securityOpts", { SecurityOpt: [] }),
  host("groupAdds", { GroupAdd: ["7"] }),
  host("ipcMode", { IpcMode: "shareable" }),
  host("pidMode", { PidMode: "host" }),
  host("dns", { Dns: ["127.0.0.53"] }),
  host("dnsOpts", { DnsOptions: ["ndots:2"] }),
  host("dnsSearches", { DnsSearch: ["mutated.example"] }),
  host("hosts", { ExtraHosts: ["mutated:127.0.0.9"] }, "hosts[mutated]"),
  host(
    "logOpts",
    { LogConfig: { Type: "json-file", Config: { "max-size": "99m", "max-file": "9" } } },
    "logOpts[max-size]",
    "logOpts[max-file]",
  ),
  host(
    "tmpfs",
    { Tmpfs: { "/tmp": "rw,size=99m", "/mutated-scratch": "rw" } },
    "tmpfs[/tmp]",
    "tmpfs[/mutated-scratch]",
  ),
  host("memory", { Memory: 901 * 1024 * 1024 }),
  host("memorySwap", { MemorySwap: 1903 * 1024 * 1024 }),
  host("memoryReservation", { MemoryReservation: 64 * 1024 * 1024 }),
  host("shmSize", { ShmSize: 32 * 1024 * 1024 }),
  host("cpuShares", { CpuShares: 77 }),
  host("cpus", { NanoCpus: 5e8, CpuPeriod: 0, CpuQuota: 0 }),
  host("cpuSet", { CpusetCpus: "0" }),
  host("pidsLimit", { PidsLimit: 777 }),
  host("oomScoreAdj", { OomScoreAdj: 77 }),
  host("ulimits", { Ulimits: [{ Name: "nofile", Soft: 99, Hard: 999 }] }, "ulimits[nofile]"),
  host(
    "devices",
    { Devices: [{ PathOnHost: "/dev/null", PathInContainer: "/dev/zero2", CgroupPermissions: "r" }] },
    "devices[/dev/null]",
  ),
  host("publishAllPorts", { PublishAllPorts: true }),
  host("sysctls", { Sysctls: { "net.core.somaxconn": "77" } }, "sysctls[net.core.somaxconn]"),
  mutation(
    "ports",
    (made) => {
      const port = portOf(made);
      made.HostConfig.PortBindings = {
        ...made.HostConfig.PortBindings,
        [port]: [{ HostIp: "127.0.0.1", HostPort: "1" }],
      };
      made.ExposedPorts = { ...made.ExposedPorts, [port]: {} };
    },
    (made) => [
      `ports[${portOf(made)}]`,
      ...(made.ExposedPorts?.[portOf(made)] ? [] : [`exposedPorts[${portOf(made)}]`]),
    ],
  ),
  mutation(
    "volumes",
    (made) => {
      const path = bindPath(made);
      made.HostConfig.Binds = [`/srv:${path}:ro`, ...(made.HostConfig.Binds ?? []).slice(1)];
    },
    (made) => [`volumes[${bindPath(made)}]`],
  ),
  host(
    "mounts",
    { Mounts: [{ Type: "bind", Source: "/srv", Target: "/mutated-mount", ReadOnly: true }] },
    "mounts[/mutated-mount]",
  ),
  mutation(
    "networksAdvanced",
    (made) => Object.assign(made.networks, { [aliasNetwork(made)]: ["another-name"] }),
    (made) => [`networksAdvanced[${aliasNetwork(made)}].aliases`],
  ),
];

/** Changes that cannot stand beside others of their kind: rounds of their own, each on top of the one before. */
export const WHOLE: readonly (readonly Mutation[])[] = [
  [
    host("privileged", { Privileged: true, SecurityOpt: ["label=disable"] }, "privileged", "securityOpts"),
    host("logDriver", { LogConfig: { Type: "none", Config: {} } }, "logDriver"),
    host("usernsMode", { UsernsMode: "host" }),
  ],
  [
    mutation(
      "networkMode",
      (made) => {
        made.HostConfig.NetworkMode = "none";
        made.networks = {};
      },
      (made) => [
        "networkMode",
        "networksAdvanced[none]",
        ...Object.keys(made.networks).map((name) => `networksAdvanced[${name}]`),
      ],
    ),
  ],
];

/** Inputs of which Docker keeps nothing, and why there is nothing to change. */
export const EXCEPTED: { readonly [input: string]: string } = {
  attach: "says how the provider waits",
  containerReadRefreshTimeoutMilliseconds: "says how the provider reads",
  destroyGraceSeconds: "says how the provider stops it",
  logs: "says what the provider keeps of its output",
  mustRun: "says what state is right; the state itself is changed",
  removeVolumes: "says how the provider removes it",
  start: "says how the provider makes it",
  wait: "says how the provider waits",
  waitTimeout: "says how the provider waits",
  build: "how the image is made; an image cannot be changed, only its name",
  keepLocally: "says what is done when it is destroyed",
  triggers: "known to Pulumi only",
};
