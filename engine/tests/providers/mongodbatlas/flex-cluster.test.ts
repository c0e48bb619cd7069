import { describe, expect, it } from "vitest";
import { PartialFailure } from "../../../src/providers/provider.ts";
import { PROJECT_ID, refusal } from "./fake-atlas.ts";
import { atlas, expectSettled, FLEX, stack, useFakeAtlas } from "./fake-atlas-stack.ts";

useFakeAtlas();

describe("a flex cluster", () => {
  const news = {
    projectId: PROJECT_ID,
    name: "f",
    providerSettings: { backingProviderName: "AWS", regionName: "EU_WEST_1" },
  };

  it("is made and waited for, found, changed and deleted", async () => {
    atlas.looks = 2;
    const created = await stack.create(FLEX, { ...news, tags: { a: "b" } });
    expect(stack.slept()).toBe(500 + 1000);
    expect(created.outputs).toMatchObject({
      id: "5f00000000000000000000cc",
      stateName: "IDLE",
      mongoDbVersion: "8.0.4",
      providerSettings: { backingProviderName: "AWS", diskSizeGb: 5, providerName: "FLEX" },
      connectionStrings: { standard: "mongodb://c" },
    });
    await expectSettled(created, { ...news, tags: { a: "b" } });
    const updated = await stack.update(created, { ...news, terminationProtectionEnabled: true });
    expect(updated.outputs).toMatchObject({ terminationProtectionEnabled: true });
    expect(updated.outputs).not.toHaveProperty("tags");
    const same = await stack.update(updated, {
      ...news,
      terminationProtectionEnabled: true,
      timeouts: { update: "1m" },
    });
    expect(atlas.called("PATCH", "/flexClusters/f")).toHaveLength(1);
    await stack.delete(same);
    expect(await stack.read(same)).toBeUndefined();
    await stack.delete(same);
  });

  it("refuses another name, project or place", async () => {
    const created = await stack.create(FLEX, news);
    await expect(stack.diff(created, { ...news, name: "g" })).rejects.toThrow("name cannot be updated");
    const moved = { ...news, providerSettings: { backingProviderName: "AWS", regionName: "US_EAST_1" } };
    await expect(stack.diff(created, moved)).rejects.toThrow("providerSettings.regionName cannot be updated");
  });

  it("goes again where it does not get ready in time, or stays and is recorded", async () => {
    atlas.looks = 1000;
    await expect(stack.create(FLEX, news, { timeout: 9 })).rejects.toThrow(
      /^error creating flex cluster: timeout while waiting.*: Name: f, Project ID: /,
    );
    expect(atlas.clusters.get("f")?.["stateName"]).toBe("DELETING");
    atlas.clusters.clear();
    const kept = stack.create(FLEX, { ...news, deleteOnCreateTimeout: false }, { timeout: 9 });
    await expect(kept).rejects.toBeInstanceOf(PartialFailure);
  });

  it("is imported by project and name, and tells which part failed", async () => {
    const created = await stack.create(FLEX, news);
    expect((await stack.import(FLEX, `${PROJECT_ID}-f`))?.inputs).toMatchObject({ name: "f" });
    await expect(stack.import(FLEX, "f")).rejects.toThrow("import format error");
    atlas.intercept = () => refusal(400, "BAD");
    await expect(stack.read(created)).rejects.toThrow(`error reading flex cluster (${PROJECT_ID}): f: GET`);
    const changed = { ...news, terminationProtectionEnabled: true };
    await expect(stack.update(created, changed)).rejects.toThrow("error updating flex cluster: f: PATCH");
    await expect(stack.delete(created)).rejects.toThrow(
      `error deleting a flex cluster (${PROJECT_ID}): f: DELETE`,
    );
  });
});
