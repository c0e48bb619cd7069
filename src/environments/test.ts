import type { DockerSettings } from "../settings/docker-settings.ts";
import { dockerEnvironment } from "./docker.ts";
import type { EnvironmentOutputs } from "./environment.ts";

/** Where the whole is tested, beside dev on the same machine and apart from it. */
export function test(settings: DockerSettings): EnvironmentOutputs {
  return dockerEnvironment("test", settings);
}
