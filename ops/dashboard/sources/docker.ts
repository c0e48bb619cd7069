import type Docker from "dockerode";
import type { StackName } from "../../stack-name.ts";
import { followLogs } from "./container-logs.ts";
import { watchContainers } from "./containers.ts";
import type { Platform } from "./platform.ts";

/** The containers of a stack. */
export function dockerPlatform(docker: Docker, name: StackName): Platform {
  return {
    watchHealth: (post, signal) => watchContainers(docker, name, post, signal),
    followLogs: (request) => followLogs(docker, name, request),
  };
}
