import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import grpc from "@grpc/grpc-js";
import services from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import { onTestFinished } from "vitest";
import { DEFAULT_DEADLINES } from "../../src/providers/plugin-deadlines.ts";
import type { Provider } from "../../src/providers/provider.ts";
import {
  attachPlugin,
  type PluginLaunch,
  type PluginOutput,
  startPlugin,
} from "../../src/providers/start-plugin.ts";

export const FAKE_PROVIDER = fileURLToPath(
  new URL("../corpus/tools/fake-provider/pulumi-resource-fake", import.meta.url),
);

export async function temporaryDirectory(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), "plugin-"));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  return dir;
}

export async function writeScript(path: string, text: string): Promise<string> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
  await chmod(path, 0o755);
  return path;
}

export interface Launched {
  readonly provider: Provider;
  readonly outputs: PluginOutput[];
  readonly cloud: string;
}

/** Starts a plugin from a file; it is closed with the test. */
export async function launch(path: string, overrides: Partial<PluginLaunch> = {}): Promise<Launched> {
  const cloud = await temporaryDirectory();
  const outputs: PluginOutput[] = [];
  const provider = await startPlugin({
    pkg: "fake",
    path,
    command: path,
    args: ["127.0.0.1:1"],
    cwd: cloud,
    engineAddress: "127.0.0.1:1",
    showOutput: false,
    deadlines: DEFAULT_DEADLINES,
    onOutput: (output) => outputs.push(output),
    ...overrides,
    env: { PATH: process.env["PATH"], FAKE_DIR: cloud, ...overrides.env },
  });
  onTestFinished(() => provider.close());
  return { provider, outputs, cloud };
}

type Handlers = { readonly [method: string]: (request: never) => unknown };

/** Serves a provider in this process and gives its port. `handlers` answer the calls of their names. */
export async function serveProvider(handlers: Handlers): Promise<number> {
  const server = new grpc.Server();
  const implementation: grpc.UntypedServiceImplementation = {};
  for (const name of Object.keys(services.ResourceProviderService)) {
    const handler = name === "attach" ? () => new empty.Empty() : handlers[name];
    const handle: grpc.handleUnaryCall<unknown, unknown> = (call, callback) => {
      if (handler === undefined) return callback({ code: grpc.status.UNIMPLEMENTED, details: `no ${name}` });
      try {
        const answer = handler(call.request as never);
        if (answer !== undefined) callback(null, answer);
      } catch (error) {
        callback(error as grpc.ServiceError);
      }
    };
    implementation[name] = handle;
  }
  server.addService(services.ResourceProviderService, implementation);
  const port = await new Promise<number>((resolve, reject) => {
    const credentials = grpc.ServerCredentials.createInsecure();
    server.bindAsync("127.0.0.1:0", credentials, (error, bound) => (error ? reject(error) : resolve(bound)));
  });
  onTestFinished(() => server.forceShutdown());
  return port;
}

/** Serves a provider in this process and attaches to it. */
export async function serve(
  handlers: Handlers,
  options: { pkg?: string; configure?: number; env?: { readonly [name: string]: string } } = {},
): Promise<Awaited<ReturnType<typeof attachPlugin>>> {
  const port = await serveProvider(handlers);
  const deadlines = { ...DEFAULT_DEADLINES, configure: options.configure ?? DEFAULT_DEADLINES.configure };
  const { pkg = "fake", env = {} } = options;
  return attachPlugin({ pkg, env, engineAddress: "127.0.0.1:1", deadlines }, port);
}

/** Serves one method and keeps the requests that it gets. */
export async function record<Request>(
  method: string,
  answer: unknown,
  more: Parameters<typeof serve>[0] = {},
) {
  const seen: Request[] = [];
  const provider = await serve({
    [method]: (request: never) => {
      seen.push(request);
      return answer;
    },
    ...more,
  });
  const last = () => {
    const request = seen.at(-1);
    if (request === undefined) throw new Error(`${method} was not called`);
    return request;
  };
  return { provider, last };
}
