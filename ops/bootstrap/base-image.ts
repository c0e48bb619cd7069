import { createReadStream } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { UserError } from "../errors.ts";
import { CommandError } from "./command.ts";
import { debianMirrors, SUITE, sourceLines } from "./debian-mirrors.ts";
import { type Bootstrap, install } from "./docker.ts";
import { findImageLabels, followProgress, importImage, LABEL } from "./docker-images.ts";
import { canInstall } from "./machine.ts";
import { beginStep, type Ensured, type Step } from "./progress.ts";

/** Base of every image that is built here. */
export const BASE_IMAGE = `debian:${SUITE}-slim`;

/** A registry that says nothing for so many milliseconds is taken for absent. */
const REGISTRY_PATIENCE = 15_000;

/**
 * Makes sure that the base image is there: pulled where a registry answers, else made from Debian's packages.
 *
 * @throws UserError `base-image`, `packages`.
 */
export async function ensureBaseImage(
  bootstrap: Bootstrap,
  { patience = REGISTRY_PATIENCE } = {},
): Promise<Ensured> {
  const step = beginStep("base-image", bootstrap.report);
  if ((await findImageLabels(bootstrap.docker, BASE_IMAGE)) !== undefined) return step.unchanged(BASE_IMAGE);
  step.headline(`pulling ${BASE_IMAGE}`);
  const refusal = await pull(bootstrap, step, patience);
  if (refusal === undefined) return step.done(`pulled ${BASE_IMAGE}`);
  bootstrap.signal?.throwIfAborted();
  if (!canInstall(bootstrap.machine)) {
    throw new UserError("base-image", `${BASE_IMAGE} cannot be pulled: ${refusal}`, {
      help: `docker pull ${BASE_IMAGE}, or run the same command as root on Debian or Ubuntu: there it is made from packages`,
    });
  }
  step.headline(`no registry gives ${BASE_IMAGE} (${refusal}); making it from Debian's packages`);
  await make(bootstrap, step);
  return step.done(`made ${BASE_IMAGE} from Debian's packages`);
}

/** Gives what stood in the way, or undefined when the image is there. */
async function pull(bootstrap: Bootstrap, step: Step, patience: number): Promise<string | undefined> {
  const stalled = new AbortController();
  const wait = () => setTimeout(() => stalled.abort(), patience);
  let timer = wait();
  const signals = [stalled.signal, ...(bootstrap.signal === undefined ? [] : [bootstrap.signal])];
  try {
    const stream = await bootstrap.docker.pull(BASE_IMAGE, { abortSignal: AbortSignal.any(signals) });
    await followProgress(bootstrap.docker, stream, (message) => {
      clearTimeout(timer);
      timer = wait();
      if (message.status !== undefined) step.detail(`pulling ${BASE_IMAGE}: ${message.status}`);
    });
    return undefined;
  } catch (error) {
    if (stalled.signal.aborted) return "the registry does not answer";
    return error instanceof Error ? error.message.trim() : String(error);
  } finally {
    clearTimeout(timer);
  }
}

/** The tree goes through a file: of a pipe that breaks, Docker would make an image with half of it. */
async function make(bootstrap: Bootstrap, step: Step): Promise<void> {
  const { machine, docker, local, signal } = bootstrap;
  if (machine.find("mmdebstrap") === undefined) {
    await install(machine, step, { packages: ["mmdebstrap", "debian-archive-keyring"], signal });
  }
  await mkdir(local, { recursive: true });
  const tree = join(local, "base-image.tar");
  try {
    await machine.run("mmdebstrap", mmdebstrapArguments(sourceLines(debianMirrors(machine)), tree), {
      onLine: (line) => step.detail(line.replace(/^I: /, "")),
      ...(signal !== undefined && { signal }),
    });
    step.headline(`importing ${BASE_IMAGE}`);
    await importImage(docker, createReadStream(tree), {
      name: BASE_IMAGE,
      changes: ['CMD ["bash"]', `LABEL ${LABEL}.base-image=${SUITE}`],
    });
  } catch (error) {
    const tail = error instanceof CommandError ? `\n${error.tail.slice(-5).join("\n")}` : "";
    throw new UserError("base-image", `${BASE_IMAGE} cannot be made: ${(error as Error).message}${tail}`, {
      help: "check that apt-get update works on this machine, then run the same command again",
      cause: error,
    });
  } finally {
    await rm(tree, { force: true });
  }
}

const LEFT_OUT = ["man", "locale", "doc", "info", "lintian"];

/** As Debian's own slim image is: no documentation but copyrights, Debian's mirrors, no trace of this machine. */
function mmdebstrapArguments(sources: readonly string[], tree: string): string[] {
  return [
    "--variant=minbase",
    "--mode=root",
    // What mirrors of this machine need goes into the making only, not into the image.
    '--aptopt=Acquire::Check-Valid-Until "false"',
    '--aptopt=Acquire::Languages "none"',
    ...LEFT_OUT.map((name) => `--dpkgopt=path-exclude=/usr/share/${name}/*`),
    "--dpkgopt=path-include=/usr/share/doc/*/copyright",
    // Half an image is thrown away anyway: waiting for the disk after every file gains nothing.
    "--dpkgopt=force-unsafe-io",
    `--customize-hook=${join(import.meta.dirname, "settle-base-image")}`,
    SUITE,
    tree,
    ...sources,
  ];
}
