import { randomUUID } from "node:crypto";
import type Docker from "dockerode";
import { isRunning } from "../../is-running.ts";
import { ownerOf, ROLE_LABEL, type StackName, stackLabels } from "../../stack-name.ts";
import { isSchemaRole, SCHEMA_RUN, type SchemaJob, type SchemaRun } from "../schema-job.ts";
import { readContainerLog } from "./container-log.ts";
import { removeContainer } from "./remove-container.ts";

/** Label of a run: the process that waits for it. */
const PID_LABEL = "trials.pid";

/** The schema jobs of a stack on Docker: their containers stay after they have run. */
export async function findSchemaContainers(docker: Docker, name: StackName): Promise<SchemaJob[]> {
  const filters = JSON.stringify({ label: stackLabels(name) });
  const containers = await docker.listContainers({ all: true, filters });
  return containers
    .map(({ Id, Labels }) => ({ id: Id, role: Labels[ROLE_LABEL] ?? "" }))
    .filter(({ role }) => isSchemaRole(role))
    .sort((a, b) => (a.role < b.role ? -1 : 1))
    .map(({ id, role }) => ({ role, run: (args, signal) => runAgain(docker, id, { args, signal }) }));
}

/** Two commands at once have a run each. */
async function runAgain(
  docker: Docker,
  id: string,
  how: { readonly args: readonly string[]; readonly signal: AbortSignal | undefined },
): Promise<SchemaRun> {
  const recorded = await docker.getContainer(id).inspect();
  await removeLeftRuns(docker, ownerOf(recorded.Config.Labels));
  const name = `${recorded.Name.slice(1)}-run-${randomUUID().slice(0, 8)}`;
  const container = await docker.createContainer({ ...sameAs(recorded), name, Cmd: [...how.args] });
  const stop = () => void container.remove({ force: true }).catch(() => undefined);
  how.signal?.addEventListener("abort", stop);
  try {
    await container.start();
    const { StatusCode } = (await container.wait()) as { StatusCode: number };
    return { exitCode: StatusCode, lines: (await readContainerLog(container)).split("\n") };
  } finally {
    how.signal?.removeEventListener("abort", stop);
    await removeContainer(container);
  }
}

/** Removes the runs of commands that were killed. */
async function removeLeftRuns(docker: Docker, stack: StackName | undefined): Promise<void> {
  if (stack === undefined) return;
  const filters = JSON.stringify({ label: [...stackLabels(stack), `${ROLE_LABEL}=${SCHEMA_RUN}`] });
  for (const { Id, Labels } of await docker.listContainers({ all: true, filters })) {
    if (isRunning(Number(Labels[PID_LABEL]))) continue;
    await removeContainer(docker.getContainer(Id));
  }
}

/** A terminal makes its log plain text. */
function sameAs({ Config, Image, HostConfig, NetworkSettings }: Docker.ContainerInspectInfo) {
  const [network] = Object.keys(NetworkSettings.Networks);
  return {
    Image,
    User: Config.User,
    Env: Config.Env,
    Tty: true,
    Labels: { ...Config.Labels, [ROLE_LABEL]: SCHEMA_RUN, [PID_LABEL]: String(process.pid) },
    HostConfig: { ...HostConfig, RestartPolicy: { Name: "no" } },
    ...(network !== undefined && { NetworkingConfig: { EndpointsConfig: { [network]: {} } } }),
  };
}
