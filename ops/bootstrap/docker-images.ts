import type Docker from "dockerode";

/** Prefix of the labels on what the bootstrap makes. */
export const LABEL = "trials.bootstrap";

/** Labels of a local image, or undefined where there is no such image. */
export async function findImageLabels(
  docker: Docker,
  name: string,
): Promise<{ readonly [label: string]: string } | undefined> {
  try {
    const image = await docker.getImage(name).inspect();
    return image.Config?.Labels ?? {};
  } catch (error) {
    if ((error as { statusCode?: number }).statusCode === 404) return undefined;
    throw error;
  }
}

export interface ImportOptions {
  /** `repository:tag` of the new image. */
  readonly name: string;
  /** Dockerfile instructions: CMD, LABEL, … */
  readonly changes: readonly string[];
}

/** Makes an image of one layer from a tar stream. */
export async function importImage(
  docker: Docker,
  tar: NodeJS.ReadableStream,
  options: ImportOptions,
): Promise<void> {
  const colon = options.name.lastIndexOf(":");
  const answer = await docker.importImage(tar, {
    repo: options.name.slice(0, colon),
    tag: options.name.slice(colon + 1),
    changes: options.changes,
  });
  await followProgress(docker, answer, () => undefined);
}

/** One line of what the daemon says while it works. */
export interface DaemonMessage {
  readonly status?: string;
  readonly id?: string;
  readonly error?: string;
}

/** Reads a progress stream to its end; rejects with the daemon's own words when it fails. */
export async function followProgress(
  docker: Docker,
  stream: NodeJS.ReadableStream,
  onMessage: (message: DaemonMessage) => void,
): Promise<void> {
  let failure: string | undefined;
  const take = (message: DaemonMessage) => {
    failure ??= message.error;
    onMessage(message);
  };
  await new Promise<void>((resolve, reject) => {
    docker.modem.followProgress(stream, (error) => (error ? reject(error) : resolve()), take);
  });
  if (failure !== undefined) throw new Error(failure);
}
