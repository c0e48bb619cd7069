import type { Settings } from "../settings/settings.ts";
import { dockerEnvironment } from "./docker.ts";
import type { EnvironmentOutputs } from "./environment.ts";

/** A developer's own machine. */
export function dev(settings: Settings): EnvironmentOutputs {
  return dockerEnvironment("dev", settings);
}
