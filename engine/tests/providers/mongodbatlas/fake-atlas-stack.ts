import { afterEach, beforeEach, expect } from "vitest";
import type { PropertyMap } from "../../../src/protocol/property-value.ts";
import { type AtlasStack, atlasStack, type Recorded } from "./atlas-stack.ts";
import { FakeAtlas, PROJECT_ID } from "./fake-atlas.ts";

export const PROJECT = "mongodbatlas:index/project:Project";
export const USER = "mongodbatlas:index/databaseUser:DatabaseUser";
export const ENTRY = "mongodbatlas:index/projectIpAccessList:ProjectIpAccessList";
export const CLUSTER = "mongodbatlas:index/advancedCluster:AdvancedCluster";
export const FLEX = "mongodbatlas:index/flexCluster:FlexCluster";

/** Of the test that runs. */
export let atlas: FakeAtlas;
export let stack: AtlasStack;

/** Gives each test an Atlas of its own, which nobody may ask what it does not know. */
export function useFakeAtlas(): void {
  beforeEach(async () => {
    atlas = new FakeAtlas();
    await atlas.start();
    stack = await atlasStack({ baseUrl: atlas.baseUrl, accessToken: "good" });
  });

  afterEach(async () => {
    await stack.provider.close();
    await atlas.stop();
    expect(atlas.unknown).toEqual([]);
  });
}

/** What a refresh finds equals what is recorded, and the same program changes nothing. */
export async function expectSettled(recorded: Recorded, news: PropertyMap): Promise<void> {
  const read = await stack.read(recorded);
  expect(read).toEqual({ id: recorded.id, inputs: recorded.inputs, outputs: recorded.outputs });
  expect((await stack.diff(recorded, news)).changes).toBe("none");
}

export const config = (changed: PropertyMap = {}): PropertyMap => ({
  providerName: "AWS",
  regionName: "EU_WEST_1",
  priority: 7,
  electableSpecs: { instanceSize: "M10", nodeCount: 3 },
  ...changed,
});

export const cluster = (
  changed: PropertyMap = {},
  regions: readonly PropertyMap[] = [config()],
): PropertyMap => ({
  projectId: PROJECT_ID,
  name: "c",
  clusterType: "REPLICASET",
  replicationSpecs: [{ regionConfigs: regions }],
  ...changed,
});
