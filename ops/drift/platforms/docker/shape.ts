import type Docker from "dockerode";

/** What of a container the review compares; both the recorded and the live one are brought into it. */
export interface ContainerShape {
  readonly name: string;
  /** Id where the program names its image by id, else the name. */
  readonly image: string;
  readonly state: "running" | "stopped" | "paused" | "ended";
  readonly config: ProcessShape;
  readonly host: HostShape;
  /** Network name -> how the container is on it. */
  readonly networks: { readonly [name: string]: NetworkEndpoint };
}

export interface NetworkEndpoint {
  readonly aliases: readonly string[];
  readonly address: string;
}

export type HostShape = Docker.HostConfig;

export interface ProcessShape {
  readonly Hostname?: string;
  readonly Domainname?: string;
  readonly User?: string;
  readonly Env?: readonly string[] | null;
  readonly Cmd?: readonly string[] | null;
  readonly Entrypoint?: readonly string[] | string | null;
  readonly WorkingDir?: string;
  readonly Tty?: boolean;
  readonly OpenStdin?: boolean;
  readonly StopSignal?: string;
  readonly StopTimeout?: number;
  readonly Healthcheck?: Docker.HealthConfig | null;
  readonly Labels?: { readonly [label: string]: string } | null;
  readonly ExposedPorts?: { readonly [port: string]: object } | null;
  readonly Volumes?: { readonly [path: string]: object } | null;
}

export type LiveContainer = Docker.ContainerInspectInfo & { readonly Config: ProcessShape };

const SHORT_ID = 12;

/** How the program names things that Docker names otherwise. */
export interface Naming {
  readonly imageById: boolean;
  /** "" where Docker chooses. */
  readonly hostname: string;
}

/** A container as Docker tells it. */
export function shapeOf(live: LiveContainer, { imageById, hostname }: Naming): ContainerShape {
  const networks = Object.entries(live.NetworkSettings.Networks ?? {}).map(
    ([name, network]): [string, NetworkEndpoint] => [
      name,
      {
        aliases: withoutOwn(network.Aliases, [live.Id.slice(0, SHORT_ID), live.Config.Hostname, hostname]),
        address: network.IPAMConfig?.IPv4Address ?? "",
      },
    ],
  );
  return {
    name: live.Name.replace(/^\//, ""),
    image: imageById ? live.Image : live.Config.Image,
    state: stateOf(live.State),
    config: live.Config,
    host: live.HostConfig,
    networks: Object.fromEntries(networks),
  };
}

function stateOf(state: LiveContainer["State"]): ContainerShape["state"] {
  if (state.Paused) return "paused";
  if (state.Running || state.Restarting) return "running";
  return state.ExitCode === 0 ? "ended" : "stopped";
}

/** Docker adds the container's short id and its hostname to its aliases by itself. */
export function withoutOwn(aliases: unknown, own: readonly (string | undefined)[]): string[] {
  const texts = Array.isArray(aliases) ? aliases.map(String) : [];
  return texts.filter((alias) => !own.includes(alias)).sort();
}
