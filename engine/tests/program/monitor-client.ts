import grpc from "@grpc/grpc-js";
import engineServices from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import engine from "@pulumi/pulumi/proto/engine_pb.js";
import services from "@pulumi/pulumi/proto/resource_grpc_pb.js";
import resource from "@pulumi/pulumi/proto/resource_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import type { ProgramOutcome, ProgramRun, ProgramSource } from "../../src/program/program-source.ts";
import type { PropertyMap } from "../../src/protocol/property-value.ts";
import { encodeStruct } from "../../src/protocol/wire.ts";

const KEEP_ALL = { keepSecrets: true, keepResources: true, keepOutputs: true, keepUnknowns: true };

export type Registered = InstanceType<typeof resource.RegisterResourceResponse>;
export type RegisterMessage = InstanceType<typeof resource.RegisterResourceRequest>;

/** A client that speaks to the engine as an SDK does. */
export class MonitorClient {
  readonly run: ProgramRun;
  private readonly monitor: grpc.Client;
  private readonly engine: grpc.Client;

  constructor(run: ProgramRun) {
    this.run = run;
    const insecure = grpc.credentials.createInsecure();
    this.monitor = new services.ResourceMonitorClient(run.monitorAddress, insecure);
    this.engine = new engineServices.EngineClient(run.engineAddress, insecure);
  }

  /** Calls a method of the monitor by name. */
  ask<Response>(method: string, request: unknown, metadata = new grpc.Metadata()): Promise<Response> {
    return call(this.monitor, method, { request, metadata });
  }

  askEngine<Response>(method: string, request: unknown): Promise<Response> {
    return call(this.engine, method, { request, metadata: new grpc.Metadata() });
  }

  register(request: RegisterMessage, metadata?: grpc.Metadata): Promise<Registered> {
    return this.ask("registerResource", request, metadata);
  }

  async signal(): Promise<void> {
    await this.ask("signalAndWaitForShutdown", new empty.Empty());
  }

  close(): void {
    this.monitor.close();
    this.engine.close();
  }
}

function call<Response>(
  client: grpc.Client,
  method: string,
  { request, metadata }: { request: unknown; metadata: grpc.Metadata },
): Promise<Response> {
  const methods = client as unknown as {
    [name: string]: (
      request: unknown,
      metadata: grpc.Metadata,
      callback: (error: Error | null, response: Response) => void,
    ) => void;
  };
  return new Promise((resolve, reject) => {
    methods[method]?.(request, metadata, (error, response) => (error ? reject(error) : resolve(response)));
  });
}

/** A program that is a function of the test: it signals when the function returns. */
export function functionProgram(body: (client: MonitorClient) => Promise<void>): ProgramSource {
  return {
    async run(run): Promise<ProgramOutcome> {
      const client = new MonitorClient(run);
      try {
        await body(client);
        await client.signal();
        return { kind: "succeeded" };
      } finally {
        client.close();
      }
    },
  };
}

/** A custom resource as Node's SDK registers it. */
export function registerMessage(type: string, name: string, inputs: PropertyMap = {}): RegisterMessage {
  return new resource.RegisterResourceRequest()
    .setType(type)
    .setName(name)
    .setCustom(true)
    .setObject(encodeStruct(inputs, KEEP_ALL))
    .setAcceptsecrets(true)
    .setAcceptresources(true)
    .setAliasspecs(true)
    .setSupportspartialvalues(true)
    .setSupportsresultreporting(true);
}

export function structOf(inputs: PropertyMap) {
  return encodeStruct(inputs, KEEP_ALL);
}

export { empty, engine, resource };
