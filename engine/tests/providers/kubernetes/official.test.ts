import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  callOf,
  checkRequestOf,
  createRequestOf,
  deleteRequestOf,
  detailedDiffOf,
  diffRequestOf,
  type OfficialCall,
  officialCalls,
  updateRequestOf,
} from "../official/official-calls.ts";
import { type Configured, configured } from "./configured.ts";

let directory: string;
let rendering: Configured;
let away: Configured;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "kubernetes-"));
  rendering = await configured({ renderYamlToDirectory: "rendered" }, { directory });
  away = await configured({ kubeconfig: AWAY });
});

afterAll(async () => {
  await rm(directory, { recursive: true, force: true });
});

const AWAY = JSON.stringify({
  "current-context": "none",
  contexts: [{ name: "none", context: { cluster: "none", user: "none" } }],
  clusters: [{ name: "none", cluster: { server: "https://127.0.0.1:1" } }],
  users: [{ name: "none", user: { token: "none" } }],
});

const providerOf = (call: OfficialCall) =>
  (String(call.request["urn"]).endsWith("::unreachable") ? away : rendering).provider;

/** Automatic names and field managers are drawn; the rest must be equal. */
const withoutDrawn = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value).replaceAll(/(?<=(cm|d|unreachable|pulumi-kubernetes)-)[0-9a-f]{8}/g, "<drawn>"),
  );

describe("what the official kubernetes plugin answered", () => {
  it.each(officialCalls("kubernetes", "CheckConfig"))(
    "is what a check of settings answers: %s",
    async (_, call) => {
      const { olds, news } = checkRequestOf(call);
      const answer = await rendering.provider.checkConfig({
        urn: callOf(call).urn,
        olds,
        news,
        preview: false,
      });
      expect(answer).toEqual({ inputs: call.response?.["inputs"], failures: [] });
    },
  );

  it.each(officialCalls("kubernetes", "DiffConfig"))(
    "is what a diff of settings answers: %s",
    async (_, call) => {
      expect(await rendering.provider.diffConfig(diffRequestOf(call))).toMatchObject({ changes: "none" });
    },
  );

  it.each(officialCalls("kubernetes", "Check"))("is what a check answers: %s", async (_, call) => {
    const { inputs, failures } = await providerOf(call).check(checkRequestOf(call));
    expect(withoutDrawn(inputs)).toEqual(withoutDrawn(call.response?.["inputs"]));
    expect(failures).toEqual([]);
  });

  it.each(officialCalls("kubernetes", "Diff"))("is what a diff answers: %s", async (_, call) => {
    const diff = await providerOf(call).diff(diffRequestOf(call));
    expect(diff.changes).toBe(call.response?.["changes"] === "DIFF_SOME" ? "some" : "none");
    expect(diff.replaceKeys).toEqual(call.response?.["replaces"] ?? []);
    expect(diff.deleteBeforeReplace).toBe(call.response?.["deleteBeforeReplace"] ?? false);
    const kinds = Object.entries(diff.detailedDiff ?? {}).map(([path, { kind }]) => [path, kind]);
    expect(Object.fromEntries(kinds)).toEqual(detailedDiffOf(call));
  });

  it.each(officialCalls("kubernetes", "Create"))("is what a create answers: %s", async (_, call) => {
    const request = createRequestOf(call);
    if (call.error !== undefined) {
      const said = call.error.replace("rpc error: code = Unknown desc = ", "");
      await expect(providerOf(call).create(request)).rejects.toThrow(said);
      return;
    }
    const { id, outputs } = await providerOf(call).create(request);
    expect(id).toBe(call.response?.["id"] ?? "");
    expect(withoutDrawn(outputs)).toEqual(withoutDrawn(call.response?.["properties"]));
  });

  it.each(officialCalls("kubernetes", "Update"))("is what an update answers: %s", async (_, call) => {
    const { outputs } = await providerOf(call).update(updateRequestOf(call));
    expect(outputs).toEqual(call.response?.["properties"]);
  });

  it("is what deletes answer, and no file is left", async () => {
    for (const [, call] of officialCalls("kubernetes", "Create")) {
      if (
        call.error === undefined &&
        !createRequestOf(call).preview &&
        providerOf(call) === rendering.provider
      ) {
        await rendering.provider.create(createRequestOf(call));
      }
    }
    const folder = join(directory, "rendered/1-manifest");
    const rendered = await readFile(join(folder, "v1-secret-corpus-fixed.yaml"), "utf8");
    expect(rendered).toBe(
      "apiVersion: v1\ndata:\n  pw: aHVudGVyMg==\nkind: Secret\nmetadata:\n  name: fixed\n  namespace: corpus\n",
    );
    for (const [, call] of officialCalls("kubernetes", "Delete")) {
      await rendering.provider.delete(deleteRequestOf(call));
    }
    const left = (await readdir(folder)).filter((name) => !/configmap|deployment/.test(name));
    expect(left).toEqual([]);
  });
});
