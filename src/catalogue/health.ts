import { seconds } from "../quantities.ts";
import type { HealthCheck } from "./service-definition.ts";

/** A health check with the usual rhythm: often, so that dependants start early; patient while it starts. */
export function healthBy(command: readonly string[], startPeriod = 60): HealthCheck {
  return {
    command,
    interval: seconds(2),
    timeout: seconds(5),
    retries: 10,
    startPeriod: seconds(startPeriod),
  };
}
