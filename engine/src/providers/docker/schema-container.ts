import type { PropertyValue } from "../../protocol/property-value.ts";
import { alikeCapabilities, alikeCpus, alikePlatform, alikePorts } from "./container-alike.ts";
import { parseDuration, sameDuration } from "./duration.ts";
import {
  atLeast,
  blockList,
  blockSet,
  bool,
  type Field,
  type Fields,
  int,
  list,
  map,
  matching,
  oneOfList,
  oneOfSet,
  type ResourceSchema,
  set,
  string,
} from "./schema.ts";
import { LABEL, ULIMIT } from "./schema-shared.ts";

const replaces = true;
const required = true;
const computed = true;
const output = true;
const tracked = true;
const removalReplaces = true;

const natural = { problem: atLeast(0) };
const throttle = (): Field =>
  blockSet({ path: string({ required }), rate: int({ required, ...natural }) }, { tracked, removalReplaces });
const emptyKeeps = { alike: (_recorded: PropertyValue, declared: PropertyValue) => declared === "" };
const duration = (): Field =>
  string({
    default: "0s",
    alike: sameDuration,
    problem: (value) =>
      parseDuration(String(value)) === undefined ? 'expected a duration such as "30s" or "1m30s"' : undefined,
  });

const MOUNT: Fields = {
  target: string({ required }),
  source: string(),
  type: string({ required, problem: matching(/^(bind|volume|tmpfs)$/, "bind, volume or tmpfs") }),
  readOnly: bool(),
  bindOptions: oneOfList({
    propagation: string({
      problem: matching(
        /^r?(private|shared|slave)$/,
        "private, shared, slave or one of these with an r before it",
      ),
    }),
  }),
  volumeOptions: oneOfList({
    noCopy: bool(),
    labels: blockSet(LABEL),
    driverName: string(),
    driverOptions: map(),
    subpath: string({ replaces }),
  }),
  tmpfsOptions: oneOfList({ sizeBytes: int(), mode: int() }, { replaces }),
};

const VOLUME: Fields = {
  fromContainer: string({ replaces }),
  containerPath: string({ replaces }),
  hostPath: string({ replaces, problem: matching(/^(\/|[a-zA-Z]:\\|$)/, "an absolute path") }),
  volumeName: string({ replaces }),
  readOnly: bool({ replaces }),
  selinuxRelabel: string({ replaces, problem: matching(/^[zZ]?$/, "z or Z") }),
};

const PORT: Fields = {
  internal: int({ required, replaces }),
  external: int({ computed, replaces }),
  ip: string({ default: "0.0.0.0", replaces, alike: (old, now) => old === "0.0.0.0" && now === "" }),
  protocol: string({ default: "tcp", replaces }),
};

const NETWORK: Fields = {
  name: string({ required, replaces }),
  aliases: set({ replaces }),
  ipv4Address: string({ replaces }),
  ipv6Address: string({ replaces }),
  linkLocalIps: set({ replaces }),
  macAddress: string({ replaces }),
  driverOpts: set({ replaces }),
  gwPriority: int({ replaces, ...natural }),
};

const UPLOAD: Fields = {
  content: string({ replaces }),
  contentBase64: string({ replaces }),
  file: string({ required, replaces }),
  executable: bool({ default: false, replaces }),
  permissions: string({ replaces, problem: matching(/^(0[0-7]{3})?$/, "an octal mode such as 0644") }),
  source: string({ replaces }),
  sourceHash: string({ replaces }),
};

const NETWORK_DATA: Fields = {
  networkName: string(),
  ipAddress: string(),
  ipPrefixLength: int(),
  gateway: string(),
  globalIpv6Address: string(),
  globalIpv6PrefixLength: int(),
  ipv6Gateway: string(),
  macAddress: string(),
};

const LIFECYCLE: Fields = {
  rm: bool({ default: false, replacesHere: true }),
  start: bool({ default: true }),
  wait: bool({ default: false }),
  waitTimeout: int({ default: 60 }),
  attach: bool({ default: false }),
  logs: bool({ default: false }),
  mustRun: bool({ default: true }),
  removeVolumes: bool({ default: true }),
  destroyGraceSeconds: int(),
  containerReadRefreshTimeoutMilliseconds: int({ default: 15000 }),
  restart: string({
    default: "no",
    problem: matching(/^(no|on-failure|always|unless-stopped)$/, "no, on-failure, always or unless-stopped"),
  }),
  maxRetryCount: int({ tracked }),
  exitCode: int({ output }),
  containerLogs: string({ output }),
  bridge: string({ output }),
  networkDatas: blockList(NETWORK_DATA, { output, computed, tf: "network_data" }),
};

const PROCESS: Fields = {
  name: string({ required, replaces }),
  image: string({ required, replaces }),
  hostname: string({ computed, replaces }),
  domainname: string({ replaces }),
  command: list({ computed, replaces }),
  entrypoints: list({ computed, replaces, tf: "entrypoint" }),
  user: string({ replaces, ...emptyKeeps }),
  workingDir: string({ replaces, ...emptyKeeps }),
  envs: set({ computed, replaces, tf: "env" }),
  labels: blockSet(LABEL, { computed, replaces }),
  groupAdds: set({ replaces, tf: "group_add" }),
  readOnly: bool({ default: false, replaces }),
  privileged: bool({ replaces }),
  capabilities: oneOfSet(
    { adds: set({ replaces, tf: "add" }), drops: set({ replaces, tf: "drop" }) },
    { replaces, alike: alikeCapabilities },
  ),
  securityOpts: set({ computed, replaces }),
  runtime: string({ computed, replaces }),
  platform: string({ computed, replaces, alike: alikePlatform }),
  stopSignal: string({ computed, replaces }),
  stopTimeout: int({ computed, replaces }),
  init: bool({ computed, replacesHere: true }),
  tty: bool({ default: false, replaces }),
  stdinOpen: bool({ default: false, replaces }),
  logDriver: string({ computed, replaces }),
  logOpts: map({ replaces }),
  healthcheck: oneOfList(
    {
      tests: list({ tf: "test" }),
      interval: duration(),
      timeout: duration(),
      startPeriod: duration(),
      startInterval: duration(),
      retries: int({ default: 0, ...natural }),
    },
    { computed, replacesHere: true },
  ),
  uploads: blockSet(UPLOAD, { replaces, tf: "upload" }),
};

const RESOURCES: Fields = {
  memory: int({ tracked, removalReplaces, ...natural }),
  memoryReservation: int({ default: 0, ...natural }),
  memorySwap: int({ tracked, problem: atLeast(-1) }),
  shmSize: int({ computed, replaces, ...natural }),
  cpus: string({ replaces, alike: alikeCpus }),
  cpuShares: int({ tracked, removalReplaces, ...natural }),
  cpuSet: string({
    tracked,
    removalReplaces,
    problem: matching(/^\d+([,-]\d+)*$/, 'a list of CPUs such as "0-2,4"'),
  }),
  cpuPeriod: int(natural),
  cpuQuota: int(natural),
  ulimits: blockSet(ULIMIT, { replaces, tf: "ulimit" }),
  deviceReadBps: throttle(),
  deviceReadIops: throttle(),
  deviceWriteBps: throttle(),
  deviceWriteIops: throttle(),
  devices: blockSet(
    {
      hostPath: string({ required, replaces }),
      containerPath: string({ replaces }),
      permissions: string({ default: "rwm", replaces }),
    },
    { replaces },
  ),
  deviceRequests: blockSet(
    {
      driver: string({ default: "cdi", replaces }),
      count: int({ default: 0, replaces }),
      deviceIds: set({ replaces }),
      capabilities: set({ replaces }),
      options: map({ replaces }),
    },
    { replaces },
  ),
  gpus: string({ replaces }),
  storageOpts: map({ replaces }),
  sysctls: map({ replaces }),
  cgroupnsMode: string({ replaces }),
  cgroupParent: string({ replaces }),
  ipcMode: string({ computed, replaces }),
  pidMode: string({ replaces }),
  usernsMode: string({ replaces }),
};

const ATTACHMENTS: Fields = {
  mounts: blockSet(MOUNT, { replaces }),
  volumes: blockSet(VOLUME, { replaces }),
  tmpfs: map({ replacesHere: true }),
  ports: blockList(PORT, { replaces, alike: alikePorts }),
  publishAllPorts: bool({ replaces }),
  networkMode: string({ default: "bridge", replaces }),
  networksAdvanced: blockSet(NETWORK, { replaces }),
  hosts: blockSet(
    { ip: string({ required, replaces }), host: string({ required, replaces }) },
    { replaces, tf: "host" },
  ),
  dns: set({ replaces }),
  dnsOpts: set({ replaces }),
  dnsSearches: set({ replaces, tf: "dns_search" }),
};

/** `docker:index/container:Container`. */
export const CONTAINER: ResourceSchema = {
  type: "docker:index/container:Container",
  fields: { ...LIFECYCLE, ...PROCESS, ...RESOURCES, ...ATTACHMENTS },
  version: 2,
  timeouts: true,
  autonamed: true,
  deleteBeforeReplace: true,
  conflicts: [["deviceRequests", "gpus"]],
};
