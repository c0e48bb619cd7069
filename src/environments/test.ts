import type { Settings } from "../settings/settings.ts";
import { dockerEnvironment } from "./docker.ts";
import type { EnvironmentOutputs } from "./environment.ts";

/** Where the whole is tested, beside dev on the same machine and apart from it. */
export function test(settings: Settings): EnvironmentOutputs {
  return dockerEnvironment("test", settings);
}
