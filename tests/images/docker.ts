import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import Docker from "dockerode";
import { followProgress } from "../../ops/bootstrap/docker-images.ts";
import { stageContext } from "../../src/platforms/context.ts";

const docker = new Docker();
const root = join(import.meta.dirname, "..", "..");

/** On everything that these tests make, so that what a killed run left behind can be found. */
const LABELS = { "trials.test": "images" };

export const BUILD_SETTINGS = "trials/build-settings:local";

/** Builds the image of a service as the program does: staged context, BuildKit, build settings. Gives its id. */
export async function buildImage(service: string, buildSettings = BUILD_SETTINGS): Promise<string> {
  const store = mkdtempSync(join(tmpdir(), "trials-test-images-"));
  const context = stageContext(join(root, "services", service), store, service).directory;
  const tag = `trials-test-images/${service}:latest`;
  try {
    const stream = await docker.buildImage(
      { context, src: readdirSync(context) },
      { version: "2", t: tag, buildargs: { BUILD_SETTINGS: buildSettings }, labels: LABELS },
    );
    await followProgress(docker, stream, () => undefined);
  } finally {
    rmSync(store, { recursive: true });
  }
  return (await docker.getImage(tag).inspect()).Id;
}

export interface RunOptions {
  readonly image: string;
  readonly environment?: { readonly [name: string]: string };
  readonly network?: string;
  /** Host name on the network. */
  readonly alias?: string;
  readonly memory?: number;
  readonly command?: readonly string[];
  readonly volume?: string;
  /** Where the volume is seen. @default /data */
  readonly volumePath?: string;
  /** Container port that is published on a free port of 127.0.0.1. */
  readonly publish?: number;
}

export interface RunningContainer {
  readonly container: Docker.Container;
  /** Port on 127.0.0.1. */
  port(): Promise<number>;
  healthy(): Promise<void>;
  execute(...command: string[]): Promise<{ code: number; output: string }>;
  logs(): Promise<string>;
  /** Exit code, once it has ended. */
  ended(): Promise<number>;
}

const POLL_INTERVAL = 300;
const MEBIBYTE = 2 ** 20;

/** Runs an image as the program does: 10001, read-only root, no capabilities, `/tmp` in memory and not executable. */
export async function runContainer(options: RunOptions): Promise<RunningContainer> {
  const exposed = options.publish === undefined ? [] : [`${options.publish}/tcp`];
  const container = await docker.createContainer({
    Image: options.image,
    Labels: LABELS,
    User: "10001:10001",
    Env: Object.entries(options.environment ?? {}).map(([name, value]) => `${name}=${value}`),
    ExposedPorts: Object.fromEntries(exposed.map((port) => [port, {}])),
    ...(options.command !== undefined && { Entrypoint: [...options.command] }),
    HostConfig: {
      ReadonlyRootfs: true,
      CapDrop: ["ALL"],
      SecurityOpt: ["no-new-privileges:true"],
      Tmpfs: { "/tmp": "rw,noexec,nosuid,nodev,size=64m,uid=10001,gid=10001,mode=0700" },
      Memory: (options.memory ?? 256) * MEBIBYTE,
      MemorySwap: (options.memory ?? 256) * MEBIBYTE,
      PortBindings: Object.fromEntries(
        exposed.map((port) => [port, [{ HostIp: "127.0.0.1", HostPort: "0" }]]),
      ),
      Binds: options.volume === undefined ? [] : [`${options.volume}:${options.volumePath ?? "/data"}`],
    },
    ...(options.network !== undefined && {
      NetworkingConfig: { EndpointsConfig: { [options.network]: { Aliases: [options.alias ?? "it"] } } },
    }),
  });
  await container.start();
  return runningContainer(container, exposed[0]);
}

function runningContainer(container: Docker.Container, published: string | undefined): RunningContainer {
  return {
    container,
    async port() {
      const { NetworkSettings } = await container.inspect();
      return Number(NetworkSettings.Ports[published ?? ""]?.[0]?.HostPort);
    },
    async healthy() {
      for (;;) {
        const { code } = await execute(container, ["/usr/local/bin/healthcheck"]);
        if (code === 0) return;
        const { State } = await container.inspect();
        if (!State.Running) throw new Error(`ended with ${State.ExitCode}:\n${await readLogs(container)}`);
        await delay(POLL_INTERVAL);
      }
    },
    execute: (...command) => execute(container, command),
    logs: () => readLogs(container),
    ended: async () => ((await container.wait()) as { StatusCode: number }).StatusCode,
  };
}

async function execute(
  container: Docker.Container,
  command: string[],
): Promise<{ code: number; output: string }> {
  const exec = await container.exec({ Cmd: command, AttachStdout: true, AttachStderr: true });
  const stream = await exec.start({}).catch(() => undefined);
  if (stream === undefined) return { code: 126, output: "" };
  const output = await collect((out) => {
    container.modem.demuxStream(stream, out, out);
    stream.on("end", () => out.end());
  });
  return { code: (await exec.inspect()).ExitCode ?? 1, output };
}

async function readLogs(container: Docker.Container): Promise<string> {
  const raw = await container.logs({ stdout: true, stderr: true });
  return collect((out) => {
    const source = new PassThrough();
    container.modem.demuxStream(source, out, out);
    source.on("end", () => out.end());
    source.end(raw);
  });
}

function collect(fill: (out: PassThrough) => void): Promise<string> {
  return new Promise((resolve, reject) => {
    const out = new PassThrough();
    const chunks: Buffer[] = [];
    out.on("data", (chunk: Buffer) => chunks.push(chunk));
    out.on("end", () => resolve(Buffer.concat(chunks).toString("utf8")));
    out.on("error", reject);
    fill(out);
  });
}

export async function createNetwork(): Promise<string> {
  const name = `trials-test-images-${process.pid}-${Date.now()}`;
  await docker.createNetwork({ Name: name, Labels: LABELS });
  return name;
}

export async function createVolume(): Promise<string> {
  const { name } = await docker.createVolume({ Labels: LABELS });
  return name;
}

/** Removes what a test made. */
export async function removeAll(made: {
  readonly containers?: readonly RunningContainer[];
  readonly network?: string | undefined;
  readonly volume?: string | undefined;
}): Promise<void> {
  for (const { container } of made.containers ?? []) await container.remove({ force: true, v: true });
  if (made.network !== undefined) await docker.getNetwork(made.network).remove();
  if (made.volume !== undefined) await docker.getVolume(made.volume).remove();
}

/** The files of an image as one tar stream. */
export async function exportImage(image: string): Promise<NodeJS.ReadableStream> {
  const container = await docker.createContainer({ Image: image, Labels: LABELS, Cmd: ["true"] });
  const stream = await container.export();
  stream.on("end", () => void container.remove());
  return stream;
}
