import type Docker from "dockerode";
import { daemonText, isNotFound } from "./daemon-error.ts";
import type { CallContext, Connection } from "./kind.ts";
import { registryOf } from "./logins.ts";
import { readMessages } from "./messages.ts";

/** An image on this daemon; undefined where it has none of that name or id. */
export async function findImage(
  connection: Connection,
  name: string,
): Promise<Docker.ImageInspectInfo | undefined> {
  try {
    return await connection.docker.getImage(name).inspect();
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw new Error(`unable to inspect image ${name}: ${daemonText(error)}`);
  }
}

/** The image, pulled where the daemon does not have it. Errors are worded as the official plugin's. */
export async function ensureImage(
  context: CallContext,
  name: string,
  platform: string,
): Promise<Docker.ImageInspectInfo> {
  const local = await findImage(context, name);
  if (local !== undefined) return local;
  if (name.startsWith("sha256:")) {
    throw new Error(
      `unable to find image ${name}: this daemon does not have it, and an id cannot be pulled. ` +
        "Refresh the stack, so that the image is made again",
    );
  }
  await pullImage(context, name, platform).catch((error: unknown) => {
    throw new Error(`unable to pull image ${name}: error pulling image ${name}: ${daemonText(error)}`);
  });
  const pulled = await findImage(context, name);
  if (pulled === undefined) throw new Error(`unable to find or pull image ${name}`);
  return pulled;
}

async function pullImage(context: CallContext, name: string, platform: string): Promise<void> {
  const login = context.logins.get(registryOf(name));
  const stream = (await context.docker.pull(hasTag(name) ? name : `${name}:latest`, {
    ...(login === undefined ? {} : { authconfig: login }),
    ...(platform === "" ? {} : { platform }),
    abortSignal: context.signal,
  })) as NodeJS.ReadableStream;
  for await (const message of readMessages(stream)) {
    if (message.error !== undefined) throw new Error(message.error);
    if (message.status !== undefined && message.progress === undefined) context.progress(message.status);
  }
}

function hasTag(name: string): boolean {
  return name.includes("@") || name.slice(name.lastIndexOf("/") + 1).includes(":");
}

/** The digest by which the registry of `name` knows the image; "" for an image that was never pulled or pushed. */
export function repoDigestOf(name: string, image: Docker.ImageInspectInfo): string {
  const digests = image.RepoDigests ?? [];
  const repository = name.replace(/@.*$/, "").replace(/:[^/:]*$/, "");
  return digests.find((digest) => digest.startsWith(`${repository}@`)) ?? digests[0] ?? "";
}
