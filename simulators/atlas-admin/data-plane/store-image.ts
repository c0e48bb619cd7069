import { join } from "node:path";
import type Docker from "dockerode";

const SOURCES = join(import.meta.dirname, "..", "..", "..", "services", "document-store");
const TAG = "trials-simulator/document-store:latest";
const BUILD_SETTINGS = "trials/build-settings:local";

/** The newest image of the document store that is on this machine; it is built where there is none. */
export async function findStoreImage(docker: Docker): Promise<string> {
  const images = await docker.listImages();
  const stores = images.filter(({ RepoTags }) =>
    (RepoTags ?? []).some((tag) => /^trials[\w-]*\/document-store:/.test(tag)),
  );
  const [newest] = stores.toSorted((one, other) => other.Created - one.Created);
  return newest?.Id ?? (await buildImage(docker));
}

async function buildImage(docker: Docker): Promise<string> {
  const hasSettings = await docker
    .getImage(BUILD_SETTINGS)
    .inspect()
    .then(
      () => true,
      () => false,
    );
  const buildargs = hasSettings ? { BUILD_SETTINGS } : {};
  const stream = await docker.buildImage(
    { context: SOURCES, src: ["."] },
    { t: TAG, version: "2", buildargs },
  );
  await new Promise<void>((settle, fail) => {
    docker.modem.followProgress(stream, (error, events: { error?: string }[]) => {
      const problem = error?.message ?? events.find((event) => event.error !== undefined)?.error;
      if (problem === undefined) settle();
      else
        fail(new Error(`the document store's image does not build: ${problem}; see docker build ${SOURCES}`));
    });
  });
  return (await docker.getImage(TAG).inspect()).Id;
}
