import Docker from "dockerode";
import type { ServiceHealth } from "../../contracts/release.ts";
import { messageOf } from "../errors.ts";

/** What the Docker Engine tells of a container. */
export interface ContainerState {
  readonly Running: boolean;
  /** It ended and is about to be started again; Docker calls that running, too. */
  readonly Restarting?: boolean;
  readonly Status: string;
  readonly ExitCode: number;
  readonly Health?: { readonly Status: string };
}

/** A container is up when its own health check says so; without one, when it runs. */
export function judgeContainer({
  Running,
  Restarting,
  Status,
  ExitCode,
  Health,
}: ContainerState): ServiceHealth {
  if (Restarting === true) return { state: "down", reason: `container keeps ending (exit code ${ExitCode})` };
  if (!Running) return { state: "down", reason: `container ${Status} (exit code ${ExitCode})` };
  const health = Health?.Status ?? "none";
  if (health === "none") return { state: "up", reason: "container runs; it has no health check" };
  if (health === "starting") return { state: "unknown", reason: "container is starting" };
  return { state: health === "healthy" ? "up" : "down", reason: `container is ${health}` };
}

/** Asks the Docker Engine about one container. */
export async function containerHealth(name: string, docker = new Docker()): Promise<ServiceHealth> {
  try {
    const { State } = await docker.getContainer(name).inspect();
    return judgeContainer(State as ContainerState);
  } catch (error) {
    if ((error as { statusCode?: number }).statusCode === 404) {
      return { state: "down", reason: `there is no container ${name}` };
    }
    return { state: "unknown", reason: `Docker does not answer: ${messageOf(error)}` };
  }
}

/** How often Docker has started a container again that had ended. */
export interface Restarts {
  readonly count: number;
  readonly isBetweenRuns: boolean;
}

/** Tells nothing of a container that cannot be asked. */
export async function readRestarts(name: string, docker = new Docker()): Promise<Restarts> {
  try {
    const { RestartCount, State } = await docker.getContainer(name).inspect();
    return { count: RestartCount, isBetweenRuns: State.Restarting };
  } catch {
    return { count: 0, isBetweenRuns: false };
  }
}
