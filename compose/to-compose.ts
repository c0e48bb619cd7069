import type { Registration } from "./record.ts";
import { toReferences } from "./variable.ts";

/** The parts of a container's inputs that a Compose file says. */
interface ContainerInputs {
  readonly name: string;
  readonly hostname: string;
  readonly image: string;
  readonly envs: readonly string[];
  readonly networksAdvanced: readonly { readonly name: string; readonly aliases: readonly string[] }[];
  readonly ports?: readonly { internal: number; external: number; ip: string; protocol: string }[];
  readonly volumes?: readonly { volumeName: string; containerPath: string; readOnly?: boolean }[];
  readonly labels: readonly { readonly label: string; readonly value: string }[];
  readonly healthcheck?: HealthInputs;
  readonly command?: readonly string[];
  readonly user: string;
  readonly capabilities: { readonly drops: readonly string[] };
  readonly securityOpts: readonly string[];
  readonly readOnly: boolean;
  readonly tmpfs: { readonly [path: string]: string };
  readonly memory: number;
  readonly memorySwap: number;
  readonly logDriver: string;
  readonly logOpts: { readonly [name: string]: string };
  readonly stopTimeout: number;
  readonly restart: string;
}

interface HealthInputs {
  readonly tests: readonly string[];
  readonly interval: string;
  readonly timeout: string;
  readonly retries: number;
  readonly startPeriod: string;
}

interface ImageInputs {
  readonly name: string;
  readonly build?: {
    readonly buildArgs: { readonly [name: string]: string };
    readonly labels: { readonly [label: string]: string };
  };
}

interface NamedInputs {
  readonly name: string;
  readonly driver?: string;
  readonly ipamConfigs?: readonly { readonly subnet: string; readonly gateway: string }[];
  readonly labels: ContainerInputs["labels"];
}

/** Where the sources of the services are, seen from a rendered file. */
const SOURCES = "../../services";

/** A Compose project of what the program registered for Docker. */
export function toCompose(project: string, registrations: readonly Registration[]): object {
  const of = <T>(type: string) =>
    registrations
      .filter((one) => one.type === type)
      .map((one) => ({ ...one, inputs: one.inputs as unknown as T }));
  const containers = of<ContainerInputs>("docker:index/container:Container");
  const images = new Map(
    of<ImageInputs>("docker:index/remoteImage:RemoteImage").map(({ name, inputs }) => [name, inputs]),
  );
  const conditions = new Map(
    containers.map(({ name, inputs }) => [
      name,
      { service: inputs.hostname, condition: conditionOf(inputs) },
    ]),
  );
  const services = containers.map(({ inputs, dependsOn }) => {
    const after = dependsOn.flatMap((name) => conditions.get(name) ?? []);
    return [inputs.hostname, toService(inputs, images.get(inputs.image), after)] as const;
  });
  return {
    name: project,
    services: sorted(services),
    networks: sorted(of<NamedInputs>("docker:index/network:Network").map(({ inputs }) => named(inputs))),
    volumes: sorted(of<NamedInputs>("docker:index/volume:Volume").map(({ inputs }) => named(inputs))),
  };
}

/** A job has to be done, a service to be healthy. */
function conditionOf({ restart }: ContainerInputs): string {
  return restart === "no" ? "service_completed_successfully" : "service_healthy";
}

function toService(
  inputs: ContainerInputs,
  image: ImageInputs | undefined,
  after: readonly { service: string; condition: string }[],
): object {
  return {
    container_name: inputs.name,
    hostname: inputs.hostname,
    ...imageOf(image),
    ...(inputs.command && { command: inputs.command.map(toReferences) }),
    ...(after.length > 0 && {
      depends_on: sorted(after.map(({ service, condition }) => [service, { condition }] as const)),
    }),
    environment: environmentOf(inputs.envs),
    networks: sorted(inputs.networksAdvanced.map(({ name, aliases }) => [name, { aliases }] as const)),
    ...(inputs.ports?.length && { ports: inputs.ports.map(portOf) }),
    ...(inputs.volumes?.length && { volumes: inputs.volumes.map(mountOf) }),
    ...hardeningOf(inputs),
    ...(inputs.healthcheck && { healthcheck: healthOf(inputs.healthcheck) }),
    labels: labelsOf(inputs.labels),
    logging: { driver: inputs.logDriver, options: inputs.logOpts },
    restart: inputs.restart,
    stop_grace_period: `${inputs.stopTimeout}s`,
  };
}

function hardeningOf(inputs: ContainerInputs): object {
  return {
    user: inputs.user,
    cap_drop: inputs.capabilities.drops,
    security_opt: inputs.securityOpts,
    read_only: inputs.readOnly,
    tmpfs: Object.entries(inputs.tmpfs).map(([path, options]) => `${path}:${options}`),
    mem_limit: `${inputs.memory}m`,
    memswap_limit: `${inputs.memorySwap}m`,
  };
}

/** The tag is not the one by which the stack knows the image: that changes with every source file. */
function imageOf(image: ImageInputs | undefined): object {
  if (image === undefined) throw new Error("a container names an image that nobody registered");
  if (image.build === undefined) return { image: image.name };
  const { buildArgs, labels } = image.build;
  const context = `${SOURCES}/${labels["trials.service"]}`;
  return {
    image: image.name.replace(/:[^:]*$/, ":compose"),
    build: { context, args: overridable(buildArgs) },
  };
}

/** `BUILD_SETTINGS=scratch docker compose build` where this machine's own package clients need none. */
function overridable(args: { readonly [name: string]: string }): { [name: string]: string } {
  return Object.fromEntries(Object.entries(args).map(([name, value]) => [name, `\${${name}:-${value}}`]));
}

function environmentOf(envs: readonly string[]): { [name: string]: string } {
  return sorted(
    envs.map((line) => {
      const end = line.indexOf("=");
      return [line.slice(0, end), toReferences(line.slice(end + 1))] as const;
    }),
  );
}

function portOf({ internal, external, ip, protocol }: NonNullable<ContainerInputs["ports"]>[number]): object {
  return { target: internal, published: String(external), host_ip: ip, protocol };
}

function mountOf(mount: NonNullable<ContainerInputs["volumes"]>[number]): object {
  const { volumeName: source, containerPath: target } = mount;
  return { type: "volume", source, target, ...(mount.readOnly && { read_only: true }) };
}

function healthOf(health: HealthInputs): object {
  return {
    test: health.tests.map(toReferences),
    interval: health.interval,
    timeout: health.timeout,
    retries: health.retries,
    start_period: health.startPeriod,
  };
}

function named({ name, driver, ipamConfigs, labels }: NamedInputs): readonly [string, object] {
  const ranges = ipamConfigs && { ipam: { config: ipamConfigs } };
  return [name, { name, ...(driver !== undefined && { driver }), ...ranges, labels: labelsOf(labels) }];
}

function labelsOf(labels: ContainerInputs["labels"]): { [label: string]: string } {
  return Object.fromEntries(labels.map(({ label, value }) => [label, value]));
}

function sorted<T>(entries: readonly (readonly [string, T])[]): { [name: string]: T } {
  return Object.fromEntries([...entries].sort(([a], [b]) => (a < b ? -1 : 1)));
}
