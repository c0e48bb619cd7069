import resource from "@pulumi/pulumi/proto/resource_pb.js";
import { describe, expect, it } from "vitest";
import { goDuration } from "../../src/go-duration.ts";
import { encodeErrorHookCall, encodeHookCall } from "../../src/protocol/hook-messages.ts";
import { resourceState } from "../../src/state/resource.ts";

/** What the official CLI sent before an update, in a recorded case. */
const RECORDED =
  "Cit1cm46cHVsdW1pOmRldjo6Y29ycHVzOjpmYWtlOmluZGV4OlRoaW5nOjphEgNhLTEaAWEiEGZha2U6aW5kZXg6VGhpbmcqFAoSCgV2YWx1" +
  "ZRIJEQAAAAAAAAhAMhQKEgoFdmFsdWUSCREAAAAAAAAAQEI3CgwKA291dBIFGgNhOjIKEwoGc2VyaWFsEgkRAAAAAAAAAEAKEgoFdmFsdWUS" +
  "CREAAAAAAAAAQEq9ARAAOmJ1cm46cHVsdW1pOmRldjo6Y29ycHVzOjpwdWx1bWk6cHJvdmlkZXJzOmZha2U6OmRlZmF1bHRfMV8wXzA6OmE0" +
  "ZmE3NmU3LTJlMmMtNDNmMS1hODMyLWM0Yzk5MWJlY2EzOVAAggEYCgJiYxICYWMaAmJ1IgJhdSoCYmQyAmFkqgE3dXJuOnB1bHVtaTpkZXY6" +
  "OmNvcnB1czo6cHVsdW1pOnB1bHVtaTpTdGFjazo6Y29ycHVzLWRldlK9ARAAOmJ1cm46cHVsdW1pOmRldjo6Y29ycHVzOjpwdWx1bWk6cHJv" +
  "dmlkZXJzOmZha2U6OmRlZmF1bHRfMV8wXzA6OmE0ZmE3NmU3LTJlMmMtNDNmMS1hODMyLWM0Yzk5MWJlY2EzOVAAggEYCgJiYxICYWMaAmJ1" +
  "IgJhdSoCYmQyAmFkqgE3dXJuOnB1bHVtaTpkZXY6OmNvcnB1czo6cHVsdW1pOnB1bHVtaTpTdGFjazo6Y29ycHVzLWRldg==";

const state = resourceState({
  urn: "urn:pulumi:dev::corpus::fake:index:Thing::a",
  type: "fake:index:Thing",
  custom: true,
  id: "a-1",
  parent: "urn:pulumi:dev::corpus::pulumi:pulumi:Stack::corpus-dev",
  provider:
    "urn:pulumi:dev::corpus::pulumi:providers:fake::default_1_0_0::a4fa76e7-2e2c-43f1-a832-c4c991beca39",
  resourceHooks: {
    BeforeCreate: ["bc"],
    AfterCreate: ["ac"],
    BeforeUpdate: ["bu"],
    AfterUpdate: ["au"],
    BeforeDelete: ["bd"],
    AfterDelete: ["ad"],
  },
});
const old = { ...state, inputs: { value: 2 }, outputs: { out: "a:2", serial: 2, value: 2 } };
const next = { ...state, inputs: { value: 3 } };

describe("what a hook is told", () => {
  it("is what the official CLI tells", () => {
    const sent = encodeHookCall({ phase: "BeforeUpdate", old, new: next });
    const { ResourceHookRequest } = resource;
    const recorded = new Uint8Array(Buffer.from(RECORDED, "base64"));
    const expected = ResourceHookRequest.deserializeBinary(recorded).toObject();
    expect(ResourceHookRequest.deserializeBinary(sent).toObject()).toEqual(expected);
  });

  it("holds the new outputs only after the step", () => {
    const { ResourceHookRequest } = resource;
    const outputs = (phase: "BeforeUpdate" | "AfterUpdate") =>
      ResourceHookRequest.deserializeBinary(encodeHookCall({ phase, old, new: next })).hasNewOutputs();
    expect([outputs("BeforeUpdate"), outputs("AfterUpdate")]).toEqual([false, true]);
  });

  it("holds the options as they are recorded, times in Go's words", () => {
    const bytes = encodeErrorHookCall({
      phase: "OnError",
      failedOperation: "delete",
      errors: ["second", "first"],
      old: {
        ...old,
        customTimeouts: { create: 300, delete: 5400 },
        aliases: ["urn:old"],
        additionalSecretOutputs: ["key"],
        importID: "imported",
      },
      new: undefined,
    });
    expect(resource.ErrorHookRequest.deserializeBinary(bytes).toObject()).toMatchObject({
      urn: state.urn,
      id: "a-1",
      name: "a",
      failedOperation: "delete",
      errorsList: ["second", "first"],
      newOptions: undefined,
      oldOptions: {
        customTimeouts: { create: "5m0s", update: "", pb_delete: "1h30m0s", read: "" },
        aliasesList: [{ urn: "urn:old" }],
        additionalSecretOutputsList: ["key"],
        pb_import: "imported",
        protect: false,
        retainOnDelete: false,
      },
    });
  });
});

describe("goDuration", () => {
  it.each([
    [0, ""],
    [1, "1s"],
    [1.5, "1.5s"],
    [0.25, "250ms"],
    [0.0000015, "1.5µs"],
    [0.000000002, "2ns"],
    [61, "1m1s"],
    [3661.5, "1h1m1.5s"],
    [-90, "-1m30s"],
  ])("writes %d seconds as %s", (seconds, text) => {
    expect(goDuration(seconds)).toBe(text);
  });
});
