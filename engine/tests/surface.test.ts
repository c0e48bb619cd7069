import { describe, expect, it } from "vitest";

describe("what the package exports", () => {
  it("is this and nothing else", async () => {
    expect(Object.keys(await import("../src/index.ts")).sort()).toEqual([
      ...["Archive", "Asset", "Computed", "Engine", "EngineError", "OutputValue", "PartialFailure"],
      ...["ProviderError", "ResourceReference", "Secret", "UserError", "computed", "explainReplacements"],
      ...["memoryState", "nodeProgram", "openFileState", "runOperation"],
    ]);
    expect(Object.keys(await import("../src/automation/index.ts")).sort()).toEqual([
      ...["engineCommand", "isEngineCommand", "runCommandLine"],
    ]);
    expect(Object.keys(await import("../src/testing/index.ts")).sort()).toEqual([
      ...["TestStack", "defaultOptions", "fakeHost", "fakeProvider", "functionProgram", "memoryStore"],
    ]);
  });
});
