import {
  blockList,
  blockSet,
  bool,
  type FieldOptions,
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

/** `docker:index/network:Network`. */
export const NETWORK: ResourceSchema = {
  type: "docker:index/network:Network",
  fields: {
    name: string({ required, replaces }),
    labels: blockSet(LABEL, { replaces }),
    driver: string({ computed, replaces }),
    options: map({ computed, replaces }),
    internal: bool({ computed, replaces }),
    attachable: bool({ replaces }),
    ingress: bool({ replaces }),
    ipv6: bool({ replaces }),
    ipamDriver: string({ default: "default", replaces }),
    ipamOptions: map({ replaces }),
    ipamConfigs: blockSet(
      {
        subnet: string({ replaces }),
        ipRange: string({ replaces }),
        gateway: string({ replaces }),
        auxAddress: map({ replaces }),
      },
      { computed, replaces, tf: "ipam_config" },
    ),
    scope: string({ output }),
  },
  version: 1,
  timeouts: false,
  autonamed: true,
  deleteBeforeReplace: false,
  conflicts: [],
};

const CLUSTER: Fields = {
  id: string({ output }),
  scope: string({ default: "single", replaces, problem: matching(/^(single|multi)$/, "single or multi") }),
  sharing: string({
    default: "none",
    replaces,
    problem: matching(/^(none|readonly|onewriter|all)$/, "none, readonly, onewriter or all"),
  }),
  type: string({ default: "block", replaces, problem: matching(/^(mount|block)$/, "mount or block") }),
  topologyPreferred: string({ default: "", replaces }),
  topologyRequired: string({ default: "", replaces }),
  requiredBytes: string({ replaces }),
  limitBytes: string({ replaces }),
  group: string({ default: "", replaces }),
  availability: string({
    default: "active",
    problem: matching(/^(active|pause|drain)$/, "active, pause or drain"),
  }),
};

/** `docker:index/volume:Volume`. */
export const VOLUME: ResourceSchema = {
  type: "docker:index/volume:Volume",
  fields: {
    name: string({ computed, replaces }),
    labels: blockSet(LABEL, { replaces }),
    driver: string({ computed, replaces }),
    driverOpts: map({ replaces }),
    mountpoint: string({ output }),
    cluster: oneOfList(CLUSTER),
  },
  version: 1,
  timeouts: false,
  autonamed: true,
  deleteBeforeReplace: false,
  conflicts: [],
};

/** Inputs of `build` that only a BuildKit session or buildx can serve. */
const beyondReach: FieldOptions = {
  problem: () => "needs buildx, which this engine does not drive; use the official plugin for this image",
};

const BUILD: Fields = {
  context: string({ required, replaces }),
  dockerfile: string({ default: "Dockerfile", replaces }),
  tags: list({ tf: "tag" }),
  remove: bool({ default: true }),
  label: map({ replacesHere: true }),
  labels: map({ replaces }),
  buildArgs: map({ replaces }),
  target: string({ replaces }),
  platform: string({ replaces }),
  noCache: bool({ replaces }),
  pullParent: bool({ replaces }),
  forceRemove: bool({ replaces }),
  suppressOutput: bool({ replaces }),
  remoteContext: string({ replaces }),
  isolation: string({ replaces }),
  cpuSetCpus: string({ replaces }),
  cpuSetMems: string({ replaces }),
  cpuShares: int({ replaces }),
  cpuQuota: int({ replaces }),
  cpuPeriod: int({ replaces }),
  memory: int({ replaces }),
  memorySwap: int({ replaces }),
  cgroupParent: string({ replaces }),
  networkMode: string({ replaces }),
  shmSize: int({ replaces }),
  ulimits: blockList(ULIMIT, { tf: "ulimit" }),
  cacheFroms: list({ replaces, tf: "cache_from" }),
  securityOpts: list({ replaces, tf: "security_opt" }),
  extraHosts: list({ replaces }),
  squash: bool({ replaces }),
  version: string({ replaces, problem: matching(/^[12]?$/, '"1" (classic builder) or "2" (BuildKit)') }),
  buildId: string({ replaces }),
  buildLogFile: string({ replaces }),
  useLegacyBuilder: bool({ default: false, replaces }),
  builder: string({ replaces }),
  provenance: string({ replaces }),
  sbom: string({ replaces }),
  sessionId: string({ replaces, ...beyondReach }),
  additionalContexts: list({ replaces, ...beyondReach }),
  cacheTos: list({ replaces, tf: "cache_to", ...beyondReach }),
  secrets: blockList(
    { id: string({ required, replaces }), src: string({ replaces }), env: string({ replaces }) },
    beyondReach,
  ),
  authConfigs: blockList(
    {
      hostName: string({ required }),
      userName: string(),
      password: string(),
      auth: string(),
      email: string(),
      serverAddress: string(),
      identityToken: string(),
      registryToken: string(),
    },
    { tf: "auth_config" },
  ),
};

/** `docker:index/remoteImage:RemoteImage`. */
export const REMOTE_IMAGE: ResourceSchema = {
  type: "docker:index/remoteImage:RemoteImage",
  fields: {
    name: string({ required, replaces }),
    imageId: string({ output }),
    repoDigest: string({ output }),
    keepLocally: bool(),
    pullTriggers: set({ replaces }),
    forceRemove: bool(),
    build: oneOfSet(BUILD),
    triggers: map({ replaces }),
    platform: string({ default: "", replaces }),
  },
  version: 0,
  timeouts: true,
  autonamed: false,
  deleteBeforeReplace: false,
  conflicts: [["build", "pullTriggers"]],
};
