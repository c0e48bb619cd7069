import Docker from "dockerode";
import { type StackName, stackLabels } from "../ops/stack-name.ts";

/** Removes what a stack made on Docker and nobody has a record of: a test run was killed, its state went with it. */
export async function removeLeftovers(name: StackName): Promise<void> {
  const docker = new Docker();
  const ours = { filters: JSON.stringify({ label: stackLabels(name) }) };
  for (const { Id } of await docker.listContainers({ all: true, ...ours })) {
    await docker.getContainer(Id).remove({ force: true });
  }
  for (const { Name } of (await docker.listVolumes(ours)).Volumes) await docker.getVolume(Name).remove();
  for (const { Id } of await docker.listNetworks(ours)) await docker.getNetwork(Id).remove();
}
