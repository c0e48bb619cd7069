import { describe, expect, it } from "vitest";
import { computed, Secret } from "../../../src/protocol/property-value.ts";
import { PROJECT_ID, refusal } from "./fake-atlas.ts";
import {
  atlas,
  CLUSTER,
  cluster,
  ENTRY,
  FLEX,
  PROJECT,
  stack,
  USER,
  useFakeAtlas,
} from "./fake-atlas-stack.ts";

useFakeAtlas();

describe("a preview", () => {
  it("does not call Atlas, and keeps secrets and unknowns apart", async () => {
    const user = await stack.preview(USER, {
      projectId: computed,
      username: "u",
      authDatabaseName: "admin",
      password: new Secret("pw"),
      roles: [{ roleName: "read", databaseName: "db" }],
    });
    expect(user).toMatchObject({ projectId: computed, password: new Secret("pw"), id: computed });
    expect(atlas.calls).toEqual([]);
  });
});

describe("an interrupted create", () => {
  const project = { orgId: "o", name: "corpus", isDataExplorerEnabled: false };
  const user = {
    projectId: PROJECT_ID,
    username: "u",
    authDatabaseName: "admin",
    password: new Secret("pw"),
    roles: [{ roleName: "read", databaseName: "db" }],
  };
  const flex = {
    projectId: PROJECT_ID,
    name: "f",
    providerSettings: { backingProviderName: "AWS", regionName: "EU_WEST_1" },
  };
  const paused = cluster({ paused: true, advancedConfiguration: { oplogSizeMb: 1000 } });

  it.each([
    ["a project", PROJECT, project],
    ["a user", USER, user],
    ["a cluster", CLUSTER, paused],
    ["a flex cluster", FLEX, flex],
  ])("of %s is found as the create would have answered, and not made twice", async (_, type, news) => {
    expect(await stack.findInterrupted(type, news)).toEqual({ kind: "absent" });
    const created = await stack.create(type, news);
    for (const preview of [true, false]) {
      const found = await stack.findInterrupted(type, news, preview);
      expect(found).toEqual({ kind: "found", id: created.id, outputs: created.outputs });
    }
  });

  it("is brought to its end: waited for, paused and set", async () => {
    atlas.looks = 4;
    atlas.intercept = ({ method, path }) => {
      // The connection breaks once the cluster is begun.
      if (method !== "GET" || !path.endsWith("/clusters/c")) return undefined;
      return stack.slept() === 0 ? refusal(400, "BROKEN") : undefined;
    };
    await expect(stack.create(CLUSTER, paused)).rejects.toThrow("BROKEN");
    atlas.intercept = () => undefined;
    const found = await stack.findInterrupted(CLUSTER, paused);
    expect(found).toMatchObject({
      kind: "found",
      outputs: { stateName: "IDLE", paused: true, advancedConfiguration: { oplogSizeMb: 1000 } },
    });
    const pinned = cluster({ pinnedFcv: { expirationDate: "2026-12-01T00:00:00Z" } });
    expect(await stack.findInterrupted(CLUSTER, pinned)).toMatchObject({
      outputs: { pinnedFcv: { version: "8.0" } },
    });
  });

  it("is left to a person where something else has its name", async () => {
    await stack.create(CLUSTER, cluster({ backupEnabled: true }));
    expect(await stack.findInterrupted(CLUSTER, cluster({ backupEnabled: false }))).toEqual({
      kind: "unknown",
    });
    atlas.intercept = () => refusal(403, "FORBIDDEN");
    await expect(stack.findInterrupted(PROJECT, project)).rejects.toThrow("FORBIDDEN");
  });

  it("of an access list's entry is done again without harm", async () => {
    const entry = { projectId: PROJECT_ID, cidrBlock: "10.0.0.0/8" };
    expect(await stack.findInterrupted(ENTRY, entry)).toEqual({ kind: "absent" });
  });
});
