import grpc from "@grpc/grpc-js";
import provider from "@pulumi/pulumi/proto/provider_pb.js";
import services from "@pulumi/pulumi/proto/resource_status_grpc_pb.js";
import status from "@pulumi/pulumi/proto/resource_status_pb.js";
import jspb from "google-protobuf";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type GrpcServer, startGrpcServer } from "../../src/grpc/server.ts";
import { computed, type PropertyMap, Secret } from "../../src/protocol/property-value.ts";
import { encodeStruct } from "../../src/protocol/wire.ts";
import { resourceStatusService, ViewTokens } from "../../src/providers/resource-status.ts";
import { withKeptSecrets } from "../../src/providers/view-secrets.ts";
import type { OwnedViews, View, ViewStep } from "../../src/providers/views.ts";

const { Op, Status } = status.ViewStep;
const keep = { keepSecrets: true, keepResources: true, keepOutputs: false, keepUnknowns: true };
const state = (outputs: PropertyMap) =>
  new status.ViewStepState().setType("t:m:P").setName("p").setOutputs(encodeStruct(outputs, keep));
const step = (op: number) => new status.ViewStep().setOp(op as never);

function notes(recorded: readonly View[] = []): { views: OwnedViews; told: ViewStep[] } {
  const told: ViewStep[] = [];
  return { told, views: { recorded, publish: async (steps) => void told.push(...steps) } };
}

describe("the service that plugins tell of views", () => {
  const tokens = new ViewTokens();
  let server: GrpcServer;
  let client: InstanceType<typeof services.ResourceStatusClient>;
  beforeAll(async () => {
    server = await startGrpcServer([resourceStatusService(tokens)]);
    client = new services.ResourceStatusClient(server.address, grpc.credentials.createInsecure());
  });
  afterAll(() => {
    client.close();
    server.close();
  });

  const publish = (token: string, ...steps: InstanceType<typeof status.ViewStep>[]) =>
    new Promise<string>((settle) => {
      const request = new status.PublishViewStepsRequest().setToken(token).setStepsList(steps);
      client.publishViewSteps(request, (error) => settle(error?.details ?? ""));
    });

  it("takes every operation", async () => {
    const { views, told } = notes();
    const ops = Array.from({ length: Op.IMPORT_REPLACEMENT }, (_, index) => index + 1);
    const call = { views, preview: false };
    expect(await tokens.during(call, (token) => publish(token, ...ops.map(step)))).toBe("");
    expect(new Set(told.map(({ op }) => op)).size).toBe(15);
  });

  it("takes failures and differences, which the SDK's own messages cannot bring", async () => {
    const { views, told } = notes();
    const difference = new provider.PropertyDiff().setKind(provider.PropertyDiff.Kind.ADD).setInputdiff(true);
    const writer = new jspb.BinaryWriter();
    const write = (field: number, content: () => void): void => {
      // A nested message is written by `content` to the same writer.
      writer.writeMessage(field, {}, content);
    };
    await tokens.during({ views, preview: false }, async (token) => {
      writer.writeString(1, token);
      write(2, () => {
        writer.writeEnum(1, Status.PARTIAL_FAILURE);
        writer.writeString(2, "half");
        writer.writeEnum(3, Op.UPDATE);
        writer.writeBytes(6, state({ a: 0 }).serializeBinary());
        writer.writeBytes(7, state({ a: 1 }).serializeBinary());
        writer.writeString(8, "a");
        writer.writeString(9, "b");
        write(10, () => {
          writer.writeString(1, "b");
          writer.writeBytes(2, difference.serializeBinary());
        });
        writer.writeBool(11, true);
        writer.writeString(99, "from a later release");
      });
      const path = "/pulumirpc.ResourceStatus/PublishViewSteps";
      const bytes = Buffer.from(writer.getResultBuffer());
      const same = (content: Buffer) => content;
      await new Promise<void>((settle, fail) => {
        client.makeUnaryRequest(path, same, same, bytes, (error) =>
          error === null ? settle() : fail(error),
        );
      });
    });
    expect(told).toEqual([
      {
        ...{ op: "update", status: "partial", error: "half" },
        old: { type: "t:m:P", name: "p", inputs: {}, outputs: { a: 0 } },
        new: { type: "t:m:P", name: "p", inputs: {}, outputs: { a: 1 } },
        diff: {
          ...{ replaceKeys: ["a"], changedKeys: ["b"], stableKeys: [] },
          detailedDiff: { b: { kind: "add", inputDiff: true } },
        },
      },
    ]);
  });

  it("knows a token for as long as its call lasts, and no other", async () => {
    const { views, told } = notes();
    let used = "";
    await tokens.during({ views, preview: false }, async (token) => {
      used = token;
    });
    expect(await publish(used, step(Op.SAME))).toBe(`token ${used} not found`);
    expect(await publish("guess")).toBe("token guess not found");
    expect(told).toEqual([]);
  });

  it("takes what is not known yet in previews only, and nothing that has no name", async () => {
    const { views, told } = notes();
    const unknown = step(Op.CREATE).setNew(state({ a: computed }));
    const tell = (preview: boolean, each: InstanceType<typeof status.ViewStep>) =>
      tokens.during({ views, preview }, (token) => publish(token, each));
    expect(await tell(true, unknown)).toBe("");
    expect(told[0]?.new?.outputs).toEqual({ a: computed });
    expect(await tell(false, unknown)).toContain("not known, and this is no preview");
    expect(await tell(false, step(Op.CREATE).setNew(state({}).setName("")))).toContain(
      "needs a type and a name",
    );
    expect(await tell(false, step(99))).toBe("unknown operation 99 of a view's step");
    expect(await tell(false, step(Op.SAME).setStatus(9 as never))).toBe("unknown status 9 of a view's step");
    expect(told).toHaveLength(1);
  });
});

describe("withKeptSecrets", () => {
  it("marks what is secret in the object, or was in the view", async () => {
    const view = { type: "t:m:P", name: "p", inputs: {}, outputs: { before: new Secret("x"), open: 1 } };
    const { views, told } = notes([view]);
    const kept = withKeptSecrets(views, { token: new Secret("t") });
    expect(kept.recorded).toEqual([view]);
    const plain = { ...view, inputs: { token: "t" }, outputs: { before: "y", open: 2 } };
    const diff = { replaceKeys: [], changedKeys: [], stableKeys: [], detailedDiff: undefined };
    const said = { status: "ok", error: "", diff } as const;
    await kept.publish([
      { ...said, op: "update", old: undefined, new: plain },
      { ...said, op: "create", old: undefined, new: { ...plain, name: "other" } },
    ]);
    expect(told.map((each) => [each.old, each.new?.inputs, each.new?.outputs])).toEqual([
      [undefined, { token: new Secret("t") }, { before: new Secret("y"), open: 2 }],
      [undefined, { token: new Secret("t") }, { before: "y", open: 2 }],
    ]);
  });
});
