import { describe, expect, it } from "vitest";
import { setUp } from "./noting-registry.ts";

describe("the inputs of a provider", () => {
  it.each([
    [{ version: 1 }, "version", "'version' must be a string"],
    [
      { version: "one" },
      "version",
      'could not parse provider version: Invalid character(s) found in major number "one"',
    ],
    [
      { version: "1.2-rc" },
      "version",
      "could not parse provider version: Short version cannot contain PreRelease/Build meta data",
    ],
    [{ version: "1.0.0", __internal: "x" }, "name", "'__internal' must be an object"],
    [{ __internal: { name: 1 } }, "name", "'name' must be a string"],
    [{ __internal: { name: "" } }, "name", "'name' must not be empty"],
    [{ __internal: { pluginDownloadURL: 1 } }, "pluginDownloadURL", "'pluginDownloadURL' must be a string"],
    [{ __internal: { parameterization: 1 } }, "parameter", "'parameterization' must be of type string"],
    [{ __internal: { envVarMappings: "x" } }, "envVarMappings", "'envVarMappings' must be an object"],
    [{ __internal: { envVarMappings: { A: 1 } } }, "envVarMappings", "'envVarMappings[A]' must be a string"],
  ])("says of inputs that name no plugin what is wrong: %j", async (inputs, property, reason) => {
    const { calls, check } = setUp();
    expect(await check(inputs)).toMatchObject({ failures: [{ property, reason }] });
    expect(calls).toEqual([]);
  });

  it("takes versions as people write them", async () => {
    const { calls, check } = setUp();
    for (const version of ["v1.2.3", " 1.2 ", "2"])
      expect(await check({ version })).toMatchObject({ failures: [] });
    expect(calls.filter((call) => call.startsWith("load"))).toEqual([
      "load toy@1.2.3",
      "load toy@1.2.0",
      "load toy@2.0.0",
    ]);
  });
});
