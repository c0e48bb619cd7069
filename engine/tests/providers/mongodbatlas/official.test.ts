import { describe, expect, it } from "vitest";
import {
  callOf,
  checkRequestOf,
  createRequestOf,
  type OfficialCall,
  officialCalls,
} from "../official/official-calls.ts";
import { atlasStack } from "./atlas-stack.ts";

const said = (call: OfficialCall): string =>
  (call.error ?? "").replace("rpc error: code = Unknown desc = ", "");
const nobody = { baseUrl: "http://127.0.0.1:1/", publicKey: "public", privateKey: "private" };

describe("what the official mongodbatlas plugin answered", () => {
  it.each(officialCalls("mongodbatlas", "CheckConfig"))(
    "is what a check of settings answers: %s",
    async (_, call) => {
      const { provider } = await atlasStack(nobody);
      const { olds, news } = checkRequestOf(call);
      const answer = await provider.checkConfig({ urn: callOf(call).urn, olds, news, preview: false });
      expect(answer).toEqual({ inputs: call.response?.["inputs"], failures: [] });
    },
  );

  it.each(officialCalls("mongodbatlas", "Check"))("is what a check answers: %s", async (_, call) => {
    const { provider } = await atlasStack(nobody);
    if (call.error !== undefined) {
      await expect(provider.check(checkRequestOf(call))).rejects.toThrow(said(call));
      return;
    }
    expect(await provider.check(checkRequestOf(call))).toEqual({
      inputs: call.response?.["inputs"],
      failures: [],
    });
  });

  it.each(officialCalls("mongodbatlas", "Create"))("is what a create answers: %s", async (_, call) => {
    const { provider, told } = await atlasStack(nobody);
    if (call.error !== undefined) {
      await expect(provider.create(createRequestOf(call))).rejects.toThrow(said(call));
      expect(told.map(({ severity, message }) => `${severity}: ${message}`)).toEqual([
        'error: [ERROR] Post "http://127.0.0.1:1/api/atlas/v2/groups": dial tcp 127.0.0.1:1: connect: connection refused: error creating project: corpus',
      ]);
      return;
    }
    const { outputs } = await provider.create(createRequestOf(call));
    expect(outputs).toEqual(call.response?.["properties"]);
  });
});
