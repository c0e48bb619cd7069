import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type Docker from "dockerode";
import { messageOf, UserError } from "../errors.ts";
import { CommandError } from "./command.ts";
import { canInstall, type Daemon, installPackages, type Machine } from "./machine.ts";
import { beginStep, type Ensured, type Report, type Step } from "./progress.ts";

const PING_DEADLINE = 5_000;
const START_DEADLINE = 60_000;
const POLL_INTERVAL = 250;

/** What a step of the bootstrap works with. */
export interface Bootstrap {
  readonly machine: Machine;
  readonly report: Report;
  readonly docker: Docker;
  /** Folder for what this machine keeps: logs, half-made files. */
  readonly local: string;
  readonly signal?: AbortSignal;
}

/** Says why the daemon does not answer, or undefined where it does. */
export async function findDockerProblem(
  docker: Docker,
  patience = PING_DEADLINE,
): Promise<Error | undefined> {
  try {
    await Promise.race([docker.ping(), silence(patience)]);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

function silence(milliseconds: number): Promise<never> {
  return new Promise((_, reject) => {
    AbortSignal.timeout(milliseconds).addEventListener("abort", () => {
      reject(new Error(`no answer within ${milliseconds / 1000} s`));
    });
  });
}

/**
 * Makes sure that a Docker Engine answers: the one of DOCKER_HOST or of this machine; as root on Debian and Ubuntu it
 * is installed and started where there is none.
 *
 * @throws UserError `docker-unreachable`, `docker-forbidden`, `docker-missing`, `docker-not-started`, `packages`.
 */
export async function ensureDocker(bootstrap: Bootstrap): Promise<Ensured> {
  const { machine, docker } = bootstrap;
  const step = beginStep("docker", bootstrap.report);
  const problem = await findDockerProblem(docker);
  if (problem === undefined) return step.unchanged(await describeEngine(docker));
  refuseWhereNotOurs(machine, problem);
  if (machine.find("dockerd") === undefined) {
    await install(machine, step, { packages: ["docker.io", "iptables"], signal: bootstrap.signal });
  }
  await start(bootstrap, step);
  return step.done(`${await describeEngine(docker)} is running`);
}

async function describeEngine(docker: Docker): Promise<string> {
  const { Version } = await docker.version();
  return `Docker Engine ${Version}`;
}

function refuseWhereNotOurs(machine: Machine, problem: Error): void {
  const host = machine.env["DOCKER_HOST"];
  if (host !== undefined && host !== "") {
    throw new UserError(
      "docker-unreachable",
      `Docker at ${host} (DOCKER_HOST) does not answer: ${problem.message}`,
      {
        help: "start that engine, or `unset DOCKER_HOST` to use this machine's own",
        cause: problem,
      },
    );
  }
  if ((problem as NodeJS.ErrnoException).code === "EACCES") {
    throw new UserError("docker-forbidden", "this user may not use the Docker Engine of this machine", {
      help: 'sudo usermod -aG docker "$USER", then log in again',
      cause: problem,
    });
  }
  if (!canInstall(machine)) {
    throw new UserError("docker-missing", `no Docker Engine answers on this machine: ${problem.message}`, {
      help: "install and start Docker Engine 20.10 or newer (https://docs.docker.com/engine/install/); as root on Debian or Ubuntu this command does it",
      cause: problem,
    });
  }
}

/** Installs packages as part of a step. @throws UserError `packages` with apt's last lines. */
export async function install(
  machine: Machine,
  step: Step,
  options: { readonly packages: readonly string[]; readonly signal: AbortSignal | undefined },
): Promise<void> {
  const { packages, signal } = options;
  step.headline(`installing ${packages.join(", ")} from the distribution's packages`);
  try {
    await installPackages(machine, packages, {
      onLine: (line) => step.detail(line),
      ...(signal !== undefined && { signal }),
    });
  } catch (error) {
    const tail = error instanceof CommandError ? error.tail.slice(-5).join("\n") : "";
    throw new UserError(
      "packages",
      `${packages.join(", ")} could not be installed: ${messageOf(error)}\n${tail}`,
      {
        help: `apt-get update && apt-get install ${packages.join(" ")}`,
        cause: error,
      },
    );
  }
}

/** By systemd where it runs the machine, else as a process of its own. */
async function start(bootstrap: Bootstrap, step: Step): Promise<void> {
  const { machine, local } = bootstrap;
  if (machine.exists("/run/systemd/system")) {
    step.headline("starting Docker Engine with systemd");
    await machine.run("systemctl", ["enable", "--now", "docker"]).catch(() => undefined);
    return await waitForDocker(bootstrap, step, {
      hasEnded: () => false,
      logTail: () => "journalctl -u docker says why",
    });
  }
  const log = join(local, "dockerd.log");
  step.headline("starting Docker Engine");
  const running = isDockerdRunning(machine);
  const daemon = running ? undefined : machine.startDaemon("dockerd", [], log);
  await waitForDocker(bootstrap, step, daemon ?? { hasEnded: () => false, logTail: () => "" });
}

/** The package's own script may have started it a moment ago. */
function isDockerdRunning(machine: Machine): boolean {
  const pid = machine.read("/var/run/docker.pid")?.trim();
  return pid !== undefined && pid !== "" && machine.exists(`/proc/${pid}`);
}

async function waitForDocker(bootstrap: Bootstrap, step: Step, daemon: Daemon): Promise<void> {
  const deadline = AbortSignal.timeout(START_DEADLINE);
  for (;;) {
    const problem = await findDockerProblem(bootstrap.docker);
    if (problem === undefined) return;
    if (daemon.hasEnded() || deadline.aborted) {
      throw new UserError(
        "docker-not-started",
        `Docker Engine does not start: ${problem.message}\n${daemon.logTail()}`,
        {
          help: "mend what its log names, then run the same command again",
          cause: problem,
        },
      );
    }
    bootstrap.signal?.throwIfAborted();
    step.detail("waiting for Docker Engine to answer");
    await delay(POLL_INTERVAL);
  }
}
