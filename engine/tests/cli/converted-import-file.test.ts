import protocol from "@pulumi/pulumi/proto/converter_pb.js";
import { expect, it } from "vitest";
import { renderConvertedFile } from "../../src/cli/converted-import-file.ts";
import { importsOf } from "../../src/cli/import-file.ts";
import { Secret } from "../../src/protocol/property-value.ts";
import { encodeStruct } from "../../src/protocol/wire.ts";
import { base64Secrets } from "../../src/state/memory-store.ts";

const keep = { keepSecrets: true, keepResources: true, keepOutputs: false, keepUnknowns: false };

it("what a converter says of resources is an import file that asks for the same", async () => {
  const { ResourceImport, ResourceParameterization, ResourceExtension } = protocol;
  const provider = new ResourceImport().setType("pulumi:providers:more").setName("mine");
  const bridged = new ResourceImport()
    .setType("more:index:Thing")
    .setName("a")
    .setLogicalName("called")
    .setId("a-1")
    .setProvider("mine")
    .setVersion("1.2.3")
    .setPlugindownloadurl("https://plugins.example")
    .setPropertiesList(["size"])
    .setParameterization(
      new ResourceParameterization()
        .setPluginName("bridge")
        .setPluginVersion("0.9.0")
        .setValue(new Uint8Array([1, 2])),
    )
    .setInputs(encodeStruct({ token: new Secret("hush") }, keep))
    .setOutputs(encodeStruct({ token: new Secret("hush"), size: 1 }, keep));
  const extended = new ResourceImport()
    .setType("more:index:Box")
    .setName("b")
    .setIsComponent(true)
    .setIsRemote(true)
    .setExtension$(
      new ResourceExtension()
        .setName("ext")
        .setVersion("1.0.0")
        .setValue(new Uint8Array([3])),
    );
  const text = await renderConvertedFile([provider, bridged, extended], base64Secrets);
  expect(text).not.toContain("hush");
  const context = { project: "p", stack: "dev", protect: false, secrets: base64Secrets };
  const [, a, b] = await importsOf({ text, source: "it" }, { ...context, warn: () => undefined });
  expect(a).toMatchObject({
    ...{ type: "more:index:Thing", name: "called", id: "a-1", version: "1.2.3", properties: ["size"] },
    provider: "urn:pulumi:dev::p::pulumi:providers:more::mine",
    pluginDownloadURL: "https://plugins.example",
    parameterized: { plugin: "bridge", pluginVersion: "0.9.0", value: new Uint8Array([1, 2]) },
    inputs: { token: new Secret("hush") },
    outputs: { token: new Secret("hush"), size: 1 },
  });
  expect(b).toMatchObject({
    ...{ component: true, remote: true },
    extension: { extension: { name: "ext", version: "1.0.0", value: "Aw==" } },
  });
});
