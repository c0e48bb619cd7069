import Docker from "dockerode";
import type { Deed } from "../../answers/remedies.ts";

/** Carries out what an update cannot: what is gone already is done. */
export async function carryOut(deeds: readonly Deed[], docker = new Docker()): Promise<void> {
  for (const deed of inOrder(deeds)) {
    try {
      await carryOutOne(deed, docker);
    } catch (error) {
      if ((error as { statusCode?: number }).statusCode !== 404) throw error;
    }
  }
}

const ORDER: readonly Deed["kind"][] = ["remove-container", "remove-network", "remove-volume", "tag-image"];

/** Containers before what they use. */
function inOrder(deeds: readonly Deed[]): Deed[] {
  return deeds.toSorted((left, right) => ORDER.indexOf(left.kind) - ORDER.indexOf(right.kind));
}

async function carryOutOne(deed: Deed, docker: Docker): Promise<void> {
  switch (deed.kind) {
    case "remove-container":
      return await docker.getContainer(deed.name).remove({ force: true });
    case "remove-network":
      return await removeNetwork(docker.getNetwork(deed.name));
    case "remove-volume":
      return await docker.getVolume(deed.name).remove();
    default: {
      const [, repo = deed.name, tag = "latest"] = /^(.*?)(?::([^:/]+))?$/.exec(deed.name) ?? [];
      await docker.getImage(deed.id).tag({ repo, tag });
    }
  }
}

/** What is on it is taken off first; those containers are made again by the update that follows. */
async function removeNetwork(network: Docker.Network): Promise<void> {
  const { Containers = {} } = (await network.inspect()) as { Containers?: { [id: string]: unknown } };
  for (const Container of Object.keys(Containers)) await network.disconnect({ Container, Force: true });
  await network.remove();
}

/** A deed for people. */
export function renderDeed(deed: Deed): string {
  return deed.kind === "tag-image"
    ? `name ${deed.id.slice(0, 19)} ${deed.name} again`
    : `${deed.kind.replace("remove-", "remove ")} ${deed.name}`;
}
