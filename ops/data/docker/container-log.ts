import { text } from "node:stream/consumers";
import type Docker from "dockerode";

/** All that a container with a terminal has said, as text. Without following, one that is JSON would come parsed. */
export async function readContainerLog(container: Docker.Container): Promise<string> {
  const stream = await container.logs({ stdout: true, stderr: true, follow: true });
  return (await text(stream)).replaceAll("\r", "").trimEnd();
}
