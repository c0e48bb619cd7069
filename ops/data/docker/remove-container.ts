import type Docker from "dockerode";

interface Refused {
  readonly statusCode?: number;
}

const MISSING = 404;
const ALREADY_IN_PROGRESS = 409;

/** Removes a container, and settles when it is gone: also where there is none, and where somebody else removes it just then. */
export async function removeContainer(container: Docker.Container): Promise<void> {
  try {
    await container.remove({ force: true });
  } catch (error) {
    const { statusCode } = error as Refused;
    if (statusCode === MISSING) return;
    if (statusCode !== ALREADY_IN_PROGRESS) throw error;
    await container.wait({ condition: "removed" }).catch((gone: Refused) => {
      if (gone.statusCode !== MISSING) throw gone;
    });
  }
}
