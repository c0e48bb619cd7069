import { randomUUID } from "node:crypto";
import grpc from "@grpc/grpc-js";
import pluginProtocol from "@pulumi/pulumi/proto/plugin_pb.js";
import services from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import type * as requests from "@pulumi/pulumi/proto/provider_pb.js";
import protocol from "@pulumi/pulumi/proto/provider_pb.js";
import statusServices from "@pulumi/pulumi/proto/resource_status_grpc_pb.js";
import status from "@pulumi/pulumi/proto/resource_status_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import struct from "google-protobuf/google/protobuf/struct_pb.js";

// A provider of the package viewer on the protocol of the public Node SDK, whose own server keeps the address of the
// status service to itself. Each thing has one part, which has its `value`. Inputs with a meaning: `say` (what goes
// wrong), `zone` (a change replaces). VIEWER_SECRETS=no: the provider keeps no secrets.

const { Op } = status.ViewStep;
const PART = "viewer:index:Part";

type Reply<Answer> = grpc.sendUnaryData<Answer>;
type Call<Request> = grpc.ServerUnaryCall<Request, unknown>;
type Told = requests.CreateRequest | requests.UpdateRequest | requests.DeleteRequest | requests.ReadRequest;

const nameOf = (urn: string) => urn.split("::").at(-1) ?? "";
const plain = (map: { toJavaScript(): object } | undefined) =>
  (map?.toJavaScript() ?? {}) as { readonly [key: string]: unknown };

function stateOf(name: string, value: unknown) {
  const part = (key: string) => struct.Struct.fromJavaScript({ [key]: value as string });
  return new status.ViewStepState()
    .setType(PART)
    .setName(name)
    .setInputs(part("input"))
    .setOutputs(part("result"));
}

const oldOf = (view: requests.View) =>
  new status.ViewStepState()
    .setType(view.getType())
    .setName(view.getName())
    .setInputs(view.getInputs())
    .setOutputs(view.getOutputs());

/** Tells the engine of steps; gives the code and the text of its refusal, if it refuses. */
async function publish(request: Told, steps: status.ViewStep[], token = request.getResourceStatusToken()) {
  const address = request.getResourceStatusAddress();
  const client = new statusServices.ResourceStatusClient(address, grpc.credentials.createInsecure());
  const message = new status.PublishViewStepsRequest().setToken(token).setStepsList(steps);
  return new Promise<string>((settle) => {
    client.publishViewSteps(message, (error) => {
      client.close();
      settle(error === null ? "" : `${error.code}: ${error.details}`);
    });
  });
}

const step = (op: number, name: string) =>
  new status.ViewStep()
    .setOp(op as never)
    .setType(PART)
    .setName(name);

/** Does what `say` asks for; whatever the engine refuses is the answer's `refusal`. */
async function tell(request: Told, inputs: { readonly [key: string]: unknown }, olds: requests.View[]) {
  const name = `${nameOf(request.getUrn())}-part`;
  const next = stateOf(name, inputs["value"]);
  const [old] = olds;
  const say = inputs["say"];
  if (say === "wrong token") return publish(request, [step(Op.CREATE, name).setNew(next)], randomUUID());
  if (say === "unknown old") {
    return publish(request, [step(Op.UPDATE, "x").setOld(stateOf("x", 1)).setNew(stateOf("x", 2))]);
  }
  if (say === "no operation") return publish(request, [step(Op.UNSPECIFIED, name).setNew(next)]);
  if (say === "no name") return publish(request, [step(Op.CREATE, "").setNew(stateOf("", 1))]);
  const told = step(old === undefined ? Op.CREATE : Op.UPDATE, name).setNew(next);
  if (old !== undefined) told.setOld(oldOf(old)).setDiffsList(["input"]);
  if (say === "part fails") told.setError("the part is broken");
  const refusal = await publish(request, [told]);
  if (say === "die") process.exit(3);
  return refusal;
}

const answer =
  <Request, Answer>(work: (request: Request) => Promise<Answer>) =>
  (call: Call<Request>, reply: Reply<Answer>) => {
    work(call.request).then(
      (response) => reply(null, response),
      (error: Error) => reply({ code: grpc.status.UNKNOWN, details: error.message }),
    );
  };

const outputs = (inputs: { readonly [key: string]: unknown }, refusal: string) =>
  struct.Struct.fromJavaScript({ ...inputs, ...(refusal === "" ? {} : { refusal }) } as never);

let keepsViews = false;
const keepsSecrets = process.env["VIEWER_SECRETS"] !== "no";

const server = new grpc.Server();
server.addService(services.ResourceProviderService, {
  handshake: answer(async (request: requests.ProviderHandshakeRequest) => {
    keepsViews = request.getSupportsViews();
    return new protocol.ProviderHandshakeResponse().setAcceptSecrets(keepsSecrets);
  }),
  getPluginInfo: answer(async () => new pluginProtocol.PluginInfo().setVersion("1.0.0")),
  checkConfig: answer(async (request: requests.CheckRequest) =>
    new protocol.CheckResponse().setInputs(request.getNews()),
  ),
  diffConfig: answer(async () => new protocol.DiffResponse()),
  configure: answer(async () =>
    new protocol.ConfigureResponse().setAcceptsecrets(keepsSecrets).setSupportspreview(true),
  ),
  check: answer(async (request: requests.CheckRequest) =>
    new protocol.CheckResponse().setInputs(request.getNews()),
  ),
  diff: answer(async (request: requests.DiffRequest) => {
    const [before, after] = [plain(request.getOldInputs()), plain(request.getNews())];
    const changed = Object.keys(after).filter(
      (key) => JSON.stringify(before[key]) !== JSON.stringify(after[key]),
    );
    const { DIFF_SOME, DIFF_NONE } = protocol.DiffResponse.DiffChanges;
    return new protocol.DiffResponse()
      .setChanges(changed.length > 0 ? DIFF_SOME : DIFF_NONE)
      .setDiffsList(changed)
      .setReplacesList(changed.filter((key) => key === "zone"));
  }),
  create: answer(async (request: requests.CreateRequest) => {
    if (!keepsViews) throw new Error("this engine keeps no views");
    const inputs = plain(request.getProperties());
    const refusal = await tell(request, inputs, []);
    const id = request.getPreview() ? "" : nameOf(request.getUrn());
    return new protocol.CreateResponse().setId(id).setProperties(outputs(inputs, refusal));
  }),
  update: answer(async (request: requests.UpdateRequest) => {
    const inputs = plain(request.getNews());
    const refusal = await tell(request, inputs, request.getOldViewsList());
    return new protocol.UpdateResponse().setProperties(outputs(inputs, refusal));
  }),
  read: answer(async (request: requests.ReadRequest) => {
    const [old] = request.getOldViewsList();
    if (old !== undefined) {
      const told = step(Op.UPDATE, old.getName())
        .setOld(oldOf(old))
        .setNew(stateOf(old.getName(), "drifted"));
      await publish(request, [told]);
    }
    return (
      new protocol.ReadResponse()
        .setId(request.getId())
        // An import asks without inputs.
        .setInputs(request.getInputs() ?? new struct.Struct())
        .setProperties(request.getProperties())
    );
  }),
  delete: answer(async (request: requests.DeleteRequest) => {
    const steps = request
      .getOldViewsList()
      .map((view) => step(Op.DELETE, view.getName()).setOld(oldOf(view)));
    await publish(request, steps);
    return new empty.Empty();
  }),
  getMappings: answer(async (request: requests.GetMappingsRequest) =>
    new protocol.GetMappingsResponse().setProvidersList(request.getKey() === "lens" ? ["lens"] : []),
  ),
  getMapping: answer(async (request: requests.GetMappingRequest) => {
    const data = Buffer.from(JSON.stringify({ thing: "viewer:index:Thing", box: "viewer:index:Box" }));
    const isKnown = request.getKey() === "lens" && request.getProvider() === "lens";
    return new protocol.GetMappingResponse().setProvider(isKnown ? "lens" : "").setData(isKnown ? data : "");
  }),
  cancel: answer(async () => new empty.Empty()),
});
server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (_error, port) => {
  console.log(port);
});
