import { seconds } from "../quantities.ts";
import type { HealthCheck } from "./service-definition.ts";

/**
 * A health check with the usual rhythm: often enough that dependants start early; patient while it starts. Each probe
 * is a process of its own, so a dozen containers probed every two seconds would keep half a core busy doing nothing.
 */
export function healthBy(command: readonly string[], startPeriod = 60): HealthCheck {
  return {
    command,
    interval: seconds(5),
    timeout: seconds(5),
    retries: 5,
    startPeriod: seconds(startPeriod),
  };
}

/**
 * Asks an HTTP endpoint of the service for status 200. Bash speaks to the port itself: a probe runs every few
 * seconds, and starting Node or Python that often would cost more than many a service.
 */
export function readyOverHttp(port: number, ready: string, live = "/health/live"): HealthCheck {
  const request = `printf 'GET ${ready} HTTP/1.0\\r\\n\\r\\n' >&3`;
  const answer = "timeout 4 head -1 <&3 | grep -q ' 200 '";
  const command = ["bash", "-c", `exec 3<>/dev/tcp/127.0.0.1/${port} && ${request} && ${answer}`];
  return { ...healthBy(command), http: { port, ready, live } };
}
