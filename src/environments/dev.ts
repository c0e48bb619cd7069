import type { DockerSettings } from "../settings/docker-settings.ts";
import { dockerEnvironment } from "./docker.ts";
import type { EnvironmentOutputs } from "./environment.ts";

/** A developer's own machine. */
export function dev(settings: DockerSettings): EnvironmentOutputs {
  return dockerEnvironment("dev", settings);
}
