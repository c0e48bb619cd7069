import grpc from "@grpc/grpc-js";
import services from "@pulumi/pulumi/proto/codegen/mapper_grpc_pb.js";
import mapper from "@pulumi/pulumi/proto/codegen/mapper_pb.js";
import provider from "@pulumi/pulumi/proto/provider_pb.js";
import { describe, expect, it } from "vitest";
import { ProviderError, UserError } from "../../src/errors.ts";
import { startGrpcServer } from "../../src/grpc/server.ts";
import { askForMapping } from "../../src/providers/ask-for-mapping.ts";
import { mapperService } from "../../src/providers/mapper.ts";
import type { PluginClient } from "../../src/providers/plugin-client.ts";
import type { MappingRequest, ProviderSpec } from "../../src/providers/provider.ts";
import { fakeHost, fakeProvider } from "../../src/testing/index.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

/** A mapper in front of these packages, and what it asked them. */
async function ask(
  packages: { readonly [pkg: string]: (request: MappingRequest) => Uint8Array | undefined },
  ...requests: readonly InstanceType<typeof mapper.GetMappingRequest>[]
) {
  const asked: string[] = [];
  const specs: ProviderSpec[] = [];
  const host = fakeHost(
    Object.fromEntries(
      Object.entries(packages).map(([pkg, answer]) => [
        pkg,
        (spec: ProviderSpec) => {
          specs.push(spec);
          return fakeProvider({
            mapping: async (request) => {
              asked.push(`${pkg} ${request.key} ${request.source}`);
              return answer(request);
            },
          });
        },
      ]),
    ),
  );
  const options = { key: "tool", packages: async () => Object.keys(packages), host };
  const server = await startGrpcServer([mapperService(options)]);
  const client = new services.MapperClient(server.address, grpc.credentials.createInsecure());
  try {
    const answers: string[] = [];
    for (const request of requests) {
      const answer = await new Promise<string>((settle) => {
        client.getMapping(request, (error, found) => {
          settle(error === null ? Buffer.from(found.getData_asU8()).toString() : error.details);
        });
      });
      answers.push(answer);
    }
    return { answers, asked, specs };
  } finally {
    client.close();
    server.close();
  }
}

const request = (source: string) => new mapper.GetMappingRequest().setProvider(source);

describe("the mapper", () => {
  it("asks the package that is named first, then the others, and each question once", async () => {
    const packages = { one: () => undefined, two: () => bytes("of two") };
    const hinted = request("x").setPulumiProvider("two").setEcosystem("other");
    const run = await ask(packages, request("x"), request("x"), hinted, request("two"));
    expect(run.answers).toEqual(["of two", "of two", "of two", "of two"]);
    expect(run.asked).toEqual(["one tool x", "two tool x", "two other x", "two tool two"]);
  });

  it("gives a parameter to the package that it is for", async () => {
    const hint = new mapper.MapperParameterizationHint()
      .setName("n")
      .setVersion("1.0.0")
      .setValue(bytes("v"));
    const parameterized = request("x").setPulumiProvider("two").setParameterizationHint(hint);
    const run = await ask({ one: () => undefined, two: () => undefined }, parameterized);
    expect(run.answers).toEqual([""]);
    expect(run.specs.map(({ pkg, parameterization }) => [pkg, parameterization?.name])).toEqual([
      ["two", "n"],
      ["one", undefined],
    ]);
  });

  it("says what goes wrong with a plugin", async () => {
    const fail = () => {
      throw new UserError("plugin-failed", "it is broken");
    };
    expect((await ask({ one: fail }, request("x"))).answers).toEqual(["it is broken"]);
  });
});

describe("askForMapping", () => {
  const { GetMappingsResponse, GetMappingResponse } = provider;
  const client = (...answers: readonly unknown[]) => {
    const left = [...answers];
    return {
      call: async () => {
        const next = left.shift();
        if (next instanceof Error) throw next;
        return next;
      },
    } as unknown as PluginClient;
  };
  const unimplemented = new ProviderError("no such call", { unimplemented: true });
  const mapping = (source: string) => new GetMappingResponse().setProvider(source).setData(bytes("data"));
  const wanted = { key: "tool", source: "x" };

  it("takes what a plugin lists, or has without a list", async () => {
    const listed = new GetMappingsResponse().setProvidersList(["x"]);
    expect(await askForMapping(client(listed, mapping("x")), wanted)).toEqual(bytes("data"));
    expect(await askForMapping(client(unimplemented, mapping("x")), wanted)).toEqual(bytes("data"));
    expect(await askForMapping(client(unimplemented, mapping("y")), wanted)).toBeUndefined();
    expect(await askForMapping(client(unimplemented, unimplemented), wanted)).toBeUndefined();
  });

  it("does not take one answer for another", async () => {
    const listed = new GetMappingsResponse().setProvidersList(["x"]);
    const message = "unexpected provider in tool mapping response for provider x: ";
    await expect(askForMapping(client(listed, mapping("y")), wanted)).rejects.toThrow(`${message}y`);
    await expect(askForMapping(client(listed, unimplemented), wanted)).rejects.toThrow(message);
  });
});
