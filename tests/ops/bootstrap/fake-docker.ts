import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Docker from "dockerode";

type Labels = { readonly [name: string]: string };

/** A Docker Engine that knows images by name and remembers what was imported. */
export interface FakeDocker {
  readonly docker: Docker;
  readonly images: Map<string, Labels>;
  readonly imports: { readonly name: string; readonly changes: string[]; readonly tar: Buffer }[];
  /** What a pull answers: lines of its stream, an error of the registry, or silence. */
  registry: readonly object[] | "refuses" | "silent";
  apiVersion: string;
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** Makes one that does not answer until it is started. */
export function fakeDocker(): FakeDocker {
  const folder = mkdtempSync(join(tmpdir(), "fake-docker-"));
  const socketPath = join(folder, "docker.sock");
  const server = createServer((request, response) => void answer(fake, request, response));
  const fake: FakeDocker = {
    docker: new Docker({ socketPath }),
    images: new Map(),
    imports: [],
    registry: "refuses",
    apiVersion: "1.41",
    start: () => new Promise((resolve) => server.listen(socketPath, resolve)),
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return fake;
}

async function answer(fake: FakeDocker, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? "/", "http://docker");
  const json = (status: number, body: unknown) => {
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  };
  if (url.pathname === "/_ping") return void response.end("OK");
  if (url.pathname === "/version") {
    return json(200, { Version: "27.0", ApiVersion: fake.apiVersion, Os: "linux", Arch: "amd64" });
  }
  const inspected = /^\/images\/(.+)\/json$/.exec(decodeURIComponent(url.pathname))?.[1];
  if (inspected !== undefined) {
    const labels = fake.images.get(inspected);
    if (inspected.startsWith("broken")) return json(500, { message: "disk on fire" });
    return labels === undefined
      ? json(404, { message: "no such image" })
      : json(200, { Config: { Labels: labels } });
  }
  if (url.pathname === "/images/create") {
    if (url.searchParams.get("fromSrc") === "-") return importImage(fake, { request, response, url });
    return pull(fake, response, `${url.searchParams.get("fromImage")}:${url.searchParams.get("tag")}`);
  }
  return json(404, { message: `not known here: ${url.pathname}` });
}

function pull(fake: FakeDocker, response: ServerResponse, name: string): void {
  if (fake.registry === "silent") return;
  if (fake.registry === "refuses") {
    response.writeHead(500, { "content-type": "application/json" });
    response.end(JSON.stringify({ message: "lookup registry: no such host" }));
    return;
  }
  for (const line of fake.registry) response.write(`${JSON.stringify(line)}\r\n`);
  fake.images.set(name, {});
  response.end();
}

async function importImage(
  fake: FakeDocker,
  { request, response, url }: { request: IncomingMessage; response: ServerResponse; url: URL },
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const name = `${url.searchParams.get("repo")}:${url.searchParams.get("tag")}`;
  const changes = url.searchParams.getAll("changes");
  fake.imports.push({ name, changes, tar: Buffer.concat(chunks) });
  const labels = changes.flatMap((change) => /^LABEL (.+?)=(.*)$/.exec(change)?.slice(1, 3) ?? []);
  fake.images.set(name, labels[0] === undefined ? {} : { [labels[0]]: labels[1] ?? "" });
  response.end(`${JSON.stringify({ status: "sha256:1" })}\r\n`);
}
