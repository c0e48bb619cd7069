import grpc from "@grpc/grpc-js";
import errorsProtocol from "@pulumi/pulumi/proto/errors_pb.js";
import protocol from "@pulumi/pulumi/proto/provider_pb.js";
import statusProtocol from "@pulumi/pulumi/proto/status_pb.js";
import anyProtocol from "google-protobuf/google/protobuf/any_pb.js";
import { Struct } from "google-protobuf/google/protobuf/struct_pb.js";
import { describe, expect, it } from "vitest";
import { Asset, type PropertyMap, Secret } from "../../src/protocol/property-value.ts";
import { ASSET_SIGNATURE, SIGNATURE_KEY, UNKNOWN_VALUE } from "../../src/protocol/signatures.ts";
import { serve } from "./plugin-fixtures.ts";

const URN = "urn:pulumi:dev::p::a:b:C$t:m:T::n::x";
const RESOURCE = { urn: URN, name: "n::x", type: "t:m:T" };
const PROVIDER = {
  urn: "urn:pulumi:dev::p::pulumi:providers:fake::default",
  name: "default",
  type: "pulumi:providers:fake",
};

function failWith(
  code: grpc.status,
  details: string,
  extra: readonly [string, Uint8Array][] = [],
): () => never {
  return () => {
    const status = new statusProtocol.Status().setCode(code).setMessage(details);
    for (const [name, bytes] of extra) {
      const any = new anyProtocol.Any();
      any.pack(bytes, name);
      status.addDetails(any);
    }
    const metadata = new grpc.Metadata();
    if (extra.length > 0) metadata.add("grpc-status-details-bin", Buffer.from(status.serializeBinary()));
    throw Object.assign(new Error(details), { code, details, metadata });
  };
}

function statusWith(name: string, bytes: Uint8Array): Buffer {
  const any = new anyProtocol.Any();
  any.pack(bytes, name);
  return Buffer.from(new statusProtocol.Status().addDetails(any).serializeBinary());
}

const configure = (provider: Awaited<ReturnType<typeof serve>>, inputs: PropertyMap = {}, id = "1") =>
  provider.configure({ ...PROVIDER, id, inputs });

describe("errors of calls", () => {
  const create = { ...RESOURCE, inputs: {}, timeout: 0, preview: false };

  it.each([
    ["UNKNOWN", "unknown"],
    ["INTERNAL", "unknown"],
    ["DATA_LOSS", "unknown"],
    ["INVALID_ARGUMENT", "ok"],
    ["RESOURCE_EXHAUSTED", "ok"],
    ["UNAVAILABLE", "ok"],
  ] as const)("%s leaves the object's status %s", async (code, status) => {
    const provider = await serve({ create: failWith(grpc.status[code], "no") });
    await expect(provider.create(create)).rejects.toMatchObject({
      message: "no",
      status,
      unimplemented: false,
    });
  });

  it("names calls that are not implemented", async () => {
    const provider = await serve({});
    await expect(provider.create(create)).rejects.toMatchObject({
      message: "no create",
      unimplemented: true,
    });
  });

  it("names missing configuration keys and how to set them", async () => {
    const keys = ["region", "token"].map((name) =>
      new protocol.ConfigureErrorMissingKeys.MissingKey()
        .setName(`fake:${name}`)
        .setDescription(`The ${name}`),
    );
    const details = new protocol.ConfigureErrorMissingKeys().setMissingkeysList(keys).serializeBinary();
    const provider = await serve({
      configure: failWith(grpc.status.INVALID_ARGUMENT, "missing", [
        ["pulumirpc.ConfigureErrorMissingKeys", details],
      ]),
    });
    await expect(configure(provider)).rejects.toThrow(
      "2 errors occurred:\n" +
        '\t* missing required configuration key "fake:region": The region\n' +
        "\tSet a value using the command `pulumi config set fake:region <value>`.\n" +
        '\t* missing required configuration key "fake:token": The token\n' +
        "\tSet a value using the command `pulumi config set fake:token <value>`.\n",
    );
  });

  it("adds the cause that the provider tells", async () => {
    const cause = new errorsProtocol.ErrorCause().setMessage("disk full").serializeBinary();
    const provider = await serve({
      create: failWith(grpc.status.UNKNOWN, "cannot create", [["pulumirpc.ErrorCause", cause]]),
    });
    await expect(provider.create(create)).rejects.toThrow("cannot create: disk full");
  });

  it.each([
    ["details", () => Buffer.from("no message at all")],
    ["a cause", () => statusWith("pulumirpc.ErrorCause", Buffer.from("no message at all"))],
  ])("keeps the text of a status with %s that cannot be read", async (_what, bytes) => {
    const metadata = new grpc.Metadata();
    metadata.add("grpc-status-details-bin", bytes());
    const failure = { code: grpc.status.UNKNOWN, details: "cannot create", metadata };
    const provider = await serve({
      create: () => {
        throw Object.assign(new Error(failure.details), failure);
      },
    });
    await expect(provider.create(create)).rejects.toMatchObject({ message: "cannot create" });
  });

  it("takes a partial failure without inputs and reasons", async () => {
    const failed = new protocol.ErrorResourceInitFailed().setId("7").serializeBinary();
    const provider = await serve({
      read: failWith(grpc.status.UNKNOWN, "x", [["pulumirpc.ErrorResourceInitFailed", failed]]),
    });
    const read = provider.read({ ...RESOURCE, id: "7", inputs: {}, state: {}, timeout: 0 });
    await expect(read).rejects.toMatchObject({
      name: "PartialFailure",
      message: "resource init failed",
      id: "7",
      outputs: {},
      inputs: undefined,
      reasons: [],
    });
  });

  it("gives an object that is read and not ready what the provider was not told of it", async () => {
    const asset = new Asset({ text: "one" }, "hash-1");
    const echo = Struct.fromJavaScript({
      token: "t",
      file: { [SIGNATURE_KEY]: ASSET_SIGNATURE, hash: "hash-1" },
    });
    const failed = new protocol.ErrorResourceInitFailed()
      .setId("7")
      .setReasonsList(["no heart"])
      .setProperties(echo)
      .setInputs(echo)
      .setRefreshBeforeUpdate(true)
      .serializeBinary();
    const provider = await serve({
      read: failWith(grpc.status.UNKNOWN, "x", [["pulumirpc.ErrorResourceInitFailed", failed]]),
    });
    const known = { token: new Secret("t"), file: asset };
    const read = provider.read({ ...RESOURCE, id: "7", inputs: known, state: known, timeout: 0 });
    await expect(read).rejects.toMatchObject({
      ...{ id: "7", inputs: known, outputs: known },
      refreshBeforeUpdate: true,
    });
  });

  it("is told by a delete in the provider's words: no object is deleted in part", async () => {
    const failed = new protocol.ErrorResourceInitFailed().setId("7").setReasonsList(["a finalizer"]);
    const details: [string, Uint8Array] = ["pulumirpc.ErrorResourceInitFailed", failed.serializeBinary()];
    const provider = await serve({ delete: failWith(grpc.status.UNKNOWN, "still there", [details]) });
    const removed = { ...RESOURCE, id: "7", oldInputs: {}, oldOutputs: {}, timeout: 0 };
    await expect(provider.delete(removed)).rejects.toMatchObject({
      ...{ name: "ProviderError", message: "still there", status: "unknown" },
    });
  });

  it("stops waiting for a Configure that never answers", async () => {
    const provider = await serve({ configure: () => undefined }, { configure: 100 });
    await expect(configure(provider)).rejects.toMatchObject({
      message:
        "fake (resource) plugin did not answer Configure within 0.1 s; " +
        "PULUMI_ENGINE_PLUGIN_CONFIGURE_SECONDS gives it more time",
      status: "ok",
    });
  });

  it("refuses an object without an id and unknowns outside previews", async () => {
    const nameless = await serve({ create: () => new protocol.CreateResponse() });
    await expect(nameless.create(create)).rejects.toMatchObject({
      message: `plugin returned empty resource.ID from create '${URN}'`,
      status: "unknown",
    });
    const failed = new protocol.ErrorResourceInitFailed().setReasonsList(["no heart"]).serializeBinary();
    const unready = await serve({
      create: failWith(grpc.status.UNKNOWN, "x", [["pulumirpc.ErrorResourceInitFailed", failed]]),
    });
    await expect(unready.create(create)).rejects.toMatchObject({
      ...{ name: "ProviderError", message: `plugin returned empty resource.ID from create '${URN}'` },
    });
    const properties = Struct.fromJavaScript({ a: { b: UNKNOWN_VALUE } });
    const vague = await serve({
      create: () => new protocol.CreateResponse().setId("1").setProperties(properties),
    });
    await expect(vague.create(create)).rejects.toThrow('unexpected unknown property value for "a"');
  });
});
