import type Docker from "dockerode";
import { archiveContext, type BuildContext } from "./build-context.ts";
import { BuildLog } from "./build-log.ts";
import { daemonText } from "./daemon-error.ts";
import type { CallContext } from "./kind.ts";
import { readMessages } from "./messages.ts";

const FIRST_API_WITH_BUILDKIT = 39;

/** Docker's build options; `version` "1" asks for the classic builder. */
export type BuildOptions = { readonly [name: string]: unknown; readonly version: "1" | "2" };

export interface BuiltImage {
  readonly id: string;
  /** Everything the build printed. */
  readonly log: string;
}

/** Builds an image from a local context and names it. Steps and what they print go to `progress`. */
export async function buildImage(
  context: CallContext,
  source: BuildContext,
  options: BuildOptions,
): Promise<BuiltImage> {
  const version = options.version === "1" || !(await hasBuildKit(context.docker)) ? "1" : "2";
  const query = { ...options, version, dockerfile: source.archivedDockerfile };
  const log = new BuildLog(context.progress);
  try {
    for await (const message of readMessages(await sendBuild(context, source, query))) log.read(message);
  } catch (error) {
    throw new Error(log.failureText(daemonText(error), source.dockerfile));
  }
  if (log.error !== undefined) throw new Error(log.failureText(log.error, source.dockerfile));
  if (log.imageId === undefined)
    throw new Error(log.failureText("the daemon named no image", source.dockerfile));
  return { id: log.imageId, log: log.text };
}

/** BuildKit is part of every daemon since API 1.39; on Windows it is not. */
async function hasBuildKit(docker: Docker): Promise<boolean> {
  const version = await docker.version();
  return version.Os !== "windows" && Number(version.ApiVersion.split(".")[1]) >= FIRST_API_WITH_BUILDKIT;
}

/**
 * Sends the request itself: dockerode's own `buildImage` opens a session beside each BuildKit request and leaves it
 * open when the request fails. A build from a tar archive needs no session.
 */
function sendBuild(
  context: CallContext,
  source: BuildContext,
  query: { readonly [name: string]: unknown },
): Promise<NodeJS.ReadableStream> {
  const logins = Buffer.from(JSON.stringify(Object.fromEntries(context.logins))).toString("base64");
  return new Promise((resolve, reject) => {
    const request = {
      path: "/build?",
      method: "POST",
      file: archiveContext(source),
      options: query,
      headers: { "X-Registry-Config": logins },
      abortSignal: context.signal,
      isStream: true,
      statusCodes: { 200: true, 400: "bad parameter", 500: "server error" },
    };
    context.docker.modem.dial(request, (error: unknown, answer: unknown) => {
      if (error === null || error === undefined) resolve(answer as NodeJS.ReadableStream);
      else reject(error instanceof Error ? error : new Error(String(error)));
    });
  });
}
