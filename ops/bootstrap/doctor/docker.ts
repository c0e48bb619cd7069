import { BASE_IMAGE } from "../base-image.ts";
import { BUILD_SETTINGS_IMAGE, isBuildSettingsCurrent } from "../build-settings/build-settings.ts";
import { findDockerProblem } from "../docker.ts";
import { findImageLabels } from "../docker-images.ts";
import { canInstall, type Machine } from "../machine.ts";
import { type Check, type DoctorContext, type Finding, failed, MEND, ok, warning } from "./check.ts";

export const dockerCheck: Check = {
  name: "docker",
  async run({ docker, machine }) {
    const problem = await findDockerProblem(docker);
    if (problem !== undefined)
      return failed(`Docker Engine does not answer: ${problem.message}`, mendDocker(machine, problem));
    const { Version, Os, Arch } = await docker.version();
    return ok(`Docker Engine ${Version} (${Os}/${Arch})`);
  },
};

function mendDocker(machine: Machine, problem: NodeJS.ErrnoException): string {
  if (machine.env["DOCKER_HOST"]) return "unset DOCKER_HOST";
  if (problem.code === "EACCES") return 'sudo usermod -aG docker "$USER"';
  return canInstall(machine) ? MEND : "sudo apt-get install docker.io";
}

/** The first API version whose engine has BuildKit built in. */
const BUILDKIT_API = [1, 39] as const;

export const buildkitCheck: Check = {
  name: "buildkit",
  run: (context) =>
    whereDockerAnswers(context, async () => {
      const { ApiVersion, Version } = await context.docker.version();
      const [major = 0, minor = 0] = ApiVersion.split(".").map(Number);
      const built = major > BUILDKIT_API[0] || (major === BUILDKIT_API[0] && minor >= BUILDKIT_API[1]);
      return built
        ? ok(`built in (API ${ApiVersion})`)
        : failed(`Docker Engine ${Version} has none`, "apt-get install docker.io");
    }),
};

export const baseImageCheck: Check = {
  name: "base image",
  run: (context) =>
    whereDockerAnswers(context, async () => {
      const labels = await findImageLabels(context.docker, BASE_IMAGE);
      return labels === undefined ? failed(`${BASE_IMAGE} is not there`, MEND) : ok(BASE_IMAGE);
    }),
};

export const buildSettingsCheck: Check = {
  name: "build settings",
  run: (context) =>
    whereDockerAnswers(context, async () => {
      const current = await isBuildSettingsCurrent(context.docker, context.machine);
      if (current) return ok(BUILD_SETTINGS_IMAGE);
      return failed(`${BUILD_SETTINGS_IMAGE} does not hold this machine's settings`, MEND);
    }),
};

/** Without an engine there is one thing to mend, not five. */
export async function whereDockerAnswers(
  { docker }: DoctorContext,
  check: () => Promise<Finding>,
): Promise<Finding> {
  if ((await findDockerProblem(docker)) !== undefined)
    return warning("not checked: Docker Engine does not answer");
  return check();
}
