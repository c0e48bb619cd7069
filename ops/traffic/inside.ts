import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import Docker from "dockerode";
import { UserError } from "../errors.ts";

const SECONDS = 10;

/** A request to a service inside its container. */
export interface InsideRequest {
  readonly method: "GET" | "POST";
  readonly path: string;
  /** @default none */
  readonly body?: string;
}

/** Asks a container for a page that it publishes nowhere. @throws UserError `not-answering` */
export function askInside(container: string, port: number, path: string): Promise<string> {
  return requestInside(container, port, { method: "GET", path });
}

/** Sends a request that a container publishes no port for, and gives the answer's body. @throws UserError `not-answering` */
export async function requestInside(
  container: string,
  port: number,
  { method, path, body = "" }: InsideRequest,
): Promise<string> {
  const head = `${method} ${path} HTTP/1.0\r\nHost: 127.0.0.1\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n`;
  const script = `exec 3<>/dev/tcp/127.0.0.1/${port} && printf %s "$1" >&3 && cat <&3`;
  const answer = await runInside(container, [
    "timeout",
    String(SECONDS),
    "bash",
    "-c",
    script,
    "bash",
    head + body,
  ]).catch(noAnswer);
  const end = answer.indexOf("\r\n\r\n");
  if (end < 0 || !/^HTTP\/1\.[01] 2\d\d /.test(answer)) {
    throw new UserError("not-answering", `${container} does not answer ${method} ${path}`, {
      help: `docker logs ${container}`,
    });
  }
  return answer.slice(end + 4);
}

/** Refused, too slow, cut off: whatever the exit code, the service has not answered. */
function noAnswer(error: unknown): string {
  if (error instanceof UserError && error.code === "command-failed") return "";
  throw error;
}

/** Runs a command in a container and gives what it prints. @throws UserError `not-answering`, `command-failed` */
export async function runInside(container: string, command: readonly string[]): Promise<string> {
  const { printed, complained, code } = await execute(container, command).catch((error: unknown) => {
    throw new UserError("not-answering", `nothing can be run in ${container}`, {
      help: "docker ps says whether it runs; ./infra up STACK brings it back",
      cause: error,
    });
  });
  if (code === 0) return printed;
  throw new UserError(
    "command-failed",
    `${command[0]} in ${container} ended with exit code ${code}: ${complained.trim().split("\n").at(-1) ?? ""}`,
    { help: `docker logs ${container}` },
  );
}

async function execute(container: string, command: readonly string[]) {
  const docker = new Docker();
  const exec = await docker
    .getContainer(container)
    .exec({ Cmd: [...command], AttachStdout: true, AttachStderr: true });
  const stream = await exec.start({});
  const [out, err] = [new PassThrough(), new PassThrough()];
  docker.modem.demuxStream(stream, out, err);
  stream.on("end", () => {
    out.end();
    err.end();
  });
  const [printed, complained] = await Promise.all([text(out), text(err)]);
  return { printed, complained, code: (await exec.inspect()).ExitCode };
}
