import grpc from "@grpc/grpc-js";
import * as automation from "@pulumi/pulumi/automation/server.js";
import services from "@pulumi/pulumi/proto/language_grpc_pb.js";
import { inlineProgram } from "../../../../engine/src/program/inline-program.ts";
import type { ProgramSource } from "../../../../engine/src/program/program-source.ts";

type Body = () => Promise<Record<string, unknown>>;

/** What the Automation API serves; its types do not tell. */
const { LanguageServer } = automation as unknown as {
  readonly LanguageServer: new (body: Body) => grpc.UntypedServiceImplementation;
};

/** A program on Pulumi's SDK in this process, as the Automation API serves an inline program to an engine. */
export function sdkProgram(body: Body): ProgramSource {
  return {
    async run(run) {
      const server = new grpc.Server();
      server.addService(services.LanguageRuntimeService as grpc.ServiceDefinition, new LanguageServer(body));
      const port = await new Promise<number>((resolve, reject) => {
        server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
          error === null ? resolve(bound) : reject(error),
        );
      });
      try {
        const program = inlineProgram({ address: `127.0.0.1:${port}`, root: "/", directory: "/" });
        return await program.run(run);
      } finally {
        server.forceShutdown();
      }
    },
  };
}
