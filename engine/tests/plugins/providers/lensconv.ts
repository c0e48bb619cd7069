import { readFileSync } from "node:fs";
import grpc from "@grpc/grpc-js";
import hcl from "@pulumi/pulumi/proto/codegen/hcl_pb.js";
import mapperServices from "@pulumi/pulumi/proto/codegen/mapper_grpc_pb.js";
import mapper from "@pulumi/pulumi/proto/codegen/mapper_pb.js";
import services from "@pulumi/pulumi/proto/converter_grpc_pb.js";
import type { ConvertStateRequest } from "@pulumi/pulumi/proto/converter_pb.js";
import protocol from "@pulumi/pulumi/proto/converter_pb.js";
import struct from "google-protobuf/google/protobuf/struct_pb.js";

// A converter named lens. Its argument is a JSON file: `source` and `package` name what is mapped, `things` are the
// resources, each with the properties of ResourceImport; `problems` are told, `fail` and `die` end it early.

interface State {
  readonly source: string;
  readonly package?: string;
  readonly things: readonly {
    readonly kind: string;
    readonly name: string;
    readonly id?: string;
    readonly component?: boolean;
    readonly parent?: string;
    readonly version?: string;
    readonly inputs?: { readonly [name: string]: unknown };
  }[];
  readonly problems?: readonly { readonly severity: "error" | "warning"; readonly line?: number }[];
  readonly fail?: string;
  readonly die?: boolean;
}

function mappingOf(target: string, { source, package: pkg = "" }: State): Promise<string> {
  const client = new mapperServices.MapperClient(target, grpc.credentials.createInsecure());
  const request = new mapper.GetMappingRequest().setProvider(source).setPulumiProvider(pkg);
  return new Promise((settle, fail) => {
    client.getMapping(request, (error, answer) => {
      client.close();
      if (error === null) settle(Buffer.from(answer.getData_asU8()).toString());
      else fail(error);
    });
  });
}

function problemOf({ severity, line }: NonNullable<State["problems"]>[number]) {
  const { DIAG_ERROR, DIAG_WARNING } = hcl.DiagnosticSeverity;
  const diagnostic = new hcl.Diagnostic()
    .setSeverity(severity === "error" ? DIAG_ERROR : DIAG_WARNING)
    .setSummary("blurred")
    .setDetail("look again");
  if (line === undefined) return diagnostic;
  const at = (column: number) => new hcl.Pos().setLine(line).setColumn(column);
  return diagnostic.setSubject(new hcl.Range().setFilename("state.lens").setStart(at(2)).setEnd(at(5)));
}

async function convert(request: ConvertStateRequest) {
  const [file = ""] = request.getArgsList();
  const state = JSON.parse(readFileSync(file, "utf8")) as State;
  if (state.die === true) process.exit(3);
  if (state.fail !== undefined) throw new Error(state.fail);
  const data = await mappingOf(request.getMapperTarget(), state);
  await mappingOf(request.getMapperTarget(), state);
  const types = (data === "" ? {} : JSON.parse(data)) as { readonly [kind: string]: string };
  const resources = state.things.map((thing) => {
    const found = new protocol.ResourceImport()
      .setType(types[thing.kind] ?? `unmapped:index:${thing.kind}`)
      .setName(thing.name)
      .setId(thing.id ?? "")
      .setVersion(thing.version ?? "")
      .setIsComponent(thing.component ?? false)
      .setParent(thing.parent ?? "");
    if (thing.inputs !== undefined) found.setInputs(struct.Struct.fromJavaScript(thing.inputs as never));
    return found;
  });
  return new protocol.ConvertStateResponse()
    .setResourcesList(resources)
    .setDiagnosticsList((state.problems ?? []).map(problemOf));
}

const server = new grpc.Server();
server.addService(services.ConverterService, {
  convertState: (
    call: grpc.ServerUnaryCall<ConvertStateRequest, unknown>,
    reply: grpc.sendUnaryData<unknown>,
  ) => {
    convert(call.request).then(
      (answer) => reply(null, answer),
      (error: Error) => reply({ code: grpc.status.UNKNOWN, details: error.message }),
    );
  },
});
server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (_error, port) => {
  console.log(port);
});
