import { PassThrough } from "node:stream";
import Docker from "dockerode";
import { UserError } from "../errors.ts";

const SECONDS = 10;

/** Asks a container for a page that it publishes nowhere. @throws UserError `not-answering` */
export async function askInside(container: string, port: number, path: string): Promise<string> {
  const script = `exec 3<>/dev/tcp/127.0.0.1/${port} && printf 'GET ${path} HTTP/1.0\\r\\nHost: 127.0.0.1\\r\\n\\r\\n' >&3 && cat <&3`;
  const answer = await runInside(container, ["timeout", String(SECONDS), "bash", "-c", script]);
  const end = answer.indexOf("\r\n\r\n");
  if (end < 0 || !/^HTTP\/1\.[01] 200 /.test(answer)) {
    throw new UserError("not-answering", `${container} does not answer GET ${path}`, {
      help: `docker logs ${container}`,
    });
  }
  return answer.slice(end + 4);
}

/** Runs a command in a container and gives what it prints. @throws UserError `not-answering` */
export async function runInside(container: string, command: readonly string[]): Promise<string> {
  const docker = new Docker();
  const out = new PassThrough();
  const chunks: Buffer[] = [];
  out.on("data", (chunk: Buffer) => chunks.push(chunk));
  try {
    const exec = await docker
      .getContainer(container)
      .exec({ Cmd: [...command], AttachStdout: true, AttachStderr: true });
    const stream = await exec.start({});
    const ended = new Promise((resolve) => stream.on("end", resolve));
    docker.modem.demuxStream(stream, out, new PassThrough().resume());
    await ended;
  } catch (error) {
    throw new UserError("not-answering", `nothing can be run in ${container}`, {
      help: "docker ps says whether it runs; ./infra up STACK brings it back",
      cause: error,
    });
  }
  return Buffer.concat(chunks).toString("utf8");
}
