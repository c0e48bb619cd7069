import Docker from "dockerode";
import { local } from "../paths.ts";
import type { Output } from "../verb.ts";
import { ensureBaseImage } from "./base-image.ts";
import { ensureBuildSettings } from "./build-settings/build-settings.ts";
import { type Bootstrap, ensureDocker } from "./docker.ts";
import { thisMachine } from "./machine.ts";
import { progressPrinter } from "./print-progress.ts";
import type { Ensured, Report } from "./progress.ts";

/** Stacks whose platform is not a Docker Engine. */
const ELSEWHERE: readonly string[] = ["cloud"];

/**
 * Makes sure that this machine can build and run a stack: Docker Engine, base image, build settings. Says nothing when
 * nothing is to do.
 *
 * @throws UserError where the machine cannot be brought so far; what was reached stays.
 */
export async function ensureDockerPlatform(
  stack: string,
  output: Output,
  where: Partial<Bootstrap> = {},
): Promise<void> {
  if (ELSEWHERE.includes(stack)) return;
  await ensureAll({ ...thisBootstrap(progressPrinter(output), output.signal), ...where });
}

/** The bootstrap of this machine. */
export function thisBootstrap(report: Report, signal?: AbortSignal): Bootstrap {
  return {
    machine: thisMachine(),
    report,
    docker: new Docker(),
    local,
    ...(signal !== undefined && { signal }),
  };
}

/** Brings everything that builds and runs need, in order. */
export async function ensureAll(bootstrap: Bootstrap): Promise<Ensured[]> {
  const docker = await ensureDocker(bootstrap);
  const base = await ensureBaseImage(bootstrap);
  const settings = await ensureBuildSettings(bootstrap);
  return [docker, base, settings];
}
