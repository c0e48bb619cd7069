import Docker from "dockerode";
import { followProgress } from "../../bootstrap/docker-images.ts";
import { buildServiceImage } from "../../bootstrap/service-image.ts";
import { UserError } from "../../errors.ts";

/** Label of what a rehearsal makes on the Docker Engine. */
export const REHEARSAL_LABEL = "trials.rehearsal";

/**
 * Builds images of our services and pushes them to a registry, as a release would. Gives image -> `sha256:…`, the
 * digest by which the registry knows it.
 *
 * @throws UserError `image-build`, `image-push`
 */
export async function pushImages(
  services: readonly string[],
  repository: string,
  say: (line: string) => void,
): Promise<{ [service: string]: string }> {
  const digests: { [service: string]: string } = {};
  for (const service of services) {
    const tag = `${repository}/${service}:rehearsal`;
    await buildServiceImage(service, { tag, labels: { [REHEARSAL_LABEL]: "" } });
    digests[service] = await push(tag);
    say(`  pushed ${service} ${digests[service].slice(0, 19)}`);
  }
  return digests;
}

async function push(tag: string): Promise<string> {
  const docker = new Docker();
  const image = docker.getImage(tag);
  try {
    const stream = await image.push({ authconfig: { username: "", password: "", serveraddress: "" } });
    await followProgress(docker, stream, () => undefined);
  } catch (error) {
    throw new UserError("image-push", `${tag} cannot be pushed: ${(error as Error).message}`, {
      cause: error,
    });
  }
  const repository = tag.slice(0, tag.lastIndexOf(":"));
  const { RepoDigests = [] } = await image.inspect();
  const digest = RepoDigests.find((name) => name.startsWith(`${repository}@`))?.split("@")[1];
  if (digest === undefined) throw new UserError("image-push", `${tag} has no digest after its push`);
  await image.remove();
  return digest;
}

/** Removes the containers that rehearsals have left behind. */
export async function removeRehearsalContainers(): Promise<void> {
  const docker = new Docker();
  const found = await docker.listContainers({ all: true, filters: { label: [REHEARSAL_LABEL] } });
  for (const { Id } of found) await docker.getContainer(Id).remove({ force: true, v: true });
}
