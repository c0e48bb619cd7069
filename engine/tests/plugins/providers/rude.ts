import grpc from "@grpc/grpc-js";
import pluginProtocol from "@pulumi/pulumi/proto/plugin_pb.js";
import services from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import protocol from "@pulumi/pulumi/proto/provider_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import type { JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb.js";
import structProtocol from "google-protobuf/google/protobuf/struct_pb.js";

// A provider that misbehaves as the words in the variable RUDE say, and is a plain one else.

const manners = (process.env["RUDE"] ?? "").split(" ");
const SIGNATURE = "4dabf18193072939515e22adb298388d";

type Echo = { getNews(): Struct | undefined };
type Handler = (request: never) => unknown;

/** Stops the whole process where it is: not even other calls are answered. */
function freeze(): never {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  throw new Error("thawed");
}

function create(): unknown {
  process.stderr.write("creating\n");
  if (manners.includes("freeze-in-create")) freeze();
  if (manners.includes("crash-in-create")) process.exit(7);
  if (manners.includes("silent-in-create")) return undefined;
  const outputs: { [key: string]: JavaScriptValue } = manners.includes("bad-signature")
    ? { x: { [SIGNATURE]: "no such signature", value: 1 } }
    : { x: 1 };
  const response = new protocol.CreateResponse().setProperties(structProtocol.Struct.fromJavaScript(outputs));
  return manners.includes("no-id") ? response : response.setId("made");
}

function checkConfig(request: Echo): unknown {
  const news = request.getNews()?.toJavaScript() ?? {};
  const version = manners.includes("change-version") ? { version: "9.9.9" } : {};
  return new protocol.CheckResponse().setInputs(
    structProtocol.Struct.fromJavaScript({ ...news, ...version }),
  );
}

const handlers: { readonly [method: string]: Handler } = {
  handshake: () => new protocol.ProviderHandshakeResponse().setAcceptSecrets(true),
  getPluginInfo: () => new pluginProtocol.PluginInfo().setVersion("1.0.0"),
  checkConfig,
  configure: () => (manners.includes("silent-in-configure") ? undefined : new protocol.ConfigureResponse()),
  check: (request: Echo) => new protocol.CheckResponse().setInputs(request.getNews()),
  diff: () => new protocol.DiffResponse(),
  create,
  delete: () => new empty.Empty(),
  cancel: () => {
    if (manners.includes("freeze-after-cancel")) setTimeout(freeze, 50);
    return manners.includes("die-on-cancel") ? process.exit(9) : new empty.Empty();
  },
};

const implementation: grpc.UntypedServiceImplementation = {};
for (const name of Object.keys(services.ResourceProviderService)) {
  const handler = handlers[name];
  const handle: grpc.handleUnaryCall<unknown, unknown> = (call, callback) => {
    if (handler === undefined) return callback({ code: grpc.status.UNIMPLEMENTED, details: `no ${name}` });
    const answer = handler(call.request as never);
    if (answer !== undefined) callback(null, answer);
  };
  implementation[name] = handle;
}

const server = new grpc.Server();
server.addService(services.ResourceProviderService, implementation);
server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (_error, port) => {
  process.stdout.write(`${port}\n`);
  if (manners.includes("noisy")) for (let i = 0; i < 512; i++) process.stderr.write("x".repeat(128 * 1024));
});
