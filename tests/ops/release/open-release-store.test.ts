import { homedir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { releasesFolder } from "../../../ops/release/open-release-store.ts";

describe("the folder of the releases", () => {
  it("is in that of the state", () => {
    expect(releasesFolder({ PULUMI_BACKEND_URL: "file:///srv/the%20state" })).toBe("/srv/the state/releases");
    expect(releasesFolder({ PULUMI_BACKEND_URL: "file://~/state" })).toBe(join(homedir(), "state/releases"));
    expect(releasesFolder({ PULUMI_BACKEND_URL: "file://~" })).toBe(join(homedir(), "releases"));
    expect(releasesFolder({ PULUMI_BACKEND_URL: "file://./state" })).toBe(
      join(process.cwd(), "state/releases"),
    );
  });

  it("is the one that the variable names, wherever the state is", () => {
    const named = { PULUMI_BACKEND_URL: "s3://bucket", TRIALS_RELEASES: "/srv/releases" };
    expect(releasesFolder(named)).toBe("/srv/releases");
  });

  it("has to be named where the state is in no folder", () => {
    expect(() => releasesFolder({ PULUMI_BACKEND_URL: "s3://bucket" })).toThrow(
      "the state is at s3://bucket",
    );
    expect(() => releasesFolder({})).toThrow("the backend that pulumi is logged in to");
  });
});
