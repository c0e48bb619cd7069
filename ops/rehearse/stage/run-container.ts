import { createInterface } from "node:readline";
import { PassThrough } from "node:stream";
import Docker from "dockerode";
import { followProgress } from "../../bootstrap/docker-images.ts";
import { REHEARSAL_LABEL } from "./push-images.ts";

export interface ContainerRun {
  readonly image: string;
  /** @default the image's */
  readonly entrypoint?: readonly string[];
  readonly environment: { readonly [name: string]: string };
  /** Takes each line that it says; true ends it with SIGKILL at once. */
  readonly onLine?: (line: string) => boolean;
}

export interface ContainerResult {
  readonly exitCode: number;
  readonly lines: readonly string[];
}

/** Pulls a job's image and runs it to its end on this machine's network, as it would run in the cluster: read-only, no root. */
export async function runContainer(run: ContainerRun): Promise<ContainerResult> {
  const docker = new Docker();
  await followProgress(docker, await docker.pull(run.image), () => undefined);
  const container = await docker.createContainer({
    Image: run.image,
    Env: Object.entries(run.environment).map(([name, value]) => `${name}=${value}`),
    ...(run.entrypoint !== undefined && { Entrypoint: [...run.entrypoint] }),
    Labels: { [REHEARSAL_LABEL]: "" },
    HostConfig: {
      NetworkMode: "host",
      ReadonlyRootfs: true,
      CapDrop: ["ALL"],
      SecurityOpt: ["no-new-privileges"],
      Tmpfs: { "/tmp": "rw,noexec,size=64m" },
    },
  });
  try {
    const lines: string[] = [];
    const output = await container.attach({ stream: true, stdout: true, stderr: true });
    await container.start();
    await readLines(container, output, (line) => {
      lines.push(line);
      if (run.onLine?.(line) === true) void container.kill().catch(() => undefined);
    });
    const { StatusCode } = (await container.wait()) as { StatusCode: number };
    return { exitCode: StatusCode, lines };
  } finally {
    await container.remove({ force: true, v: true });
  }
}

async function readLines(
  container: Docker.Container,
  stream: NodeJS.ReadWriteStream,
  take: (line: string) => void,
): Promise<void> {
  const text = new PassThrough();
  container.modem.demuxStream(stream, text, text);
  stream.on("end", () => text.end());
  stream.on("error", (error) => text.destroy(error));
  for await (const line of createInterface({ input: text })) take(line);
}
