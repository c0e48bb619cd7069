import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openRecords } from "../../../ops/release/open-release-store.ts";
import type { Checkpoint } from "../../../ops/release/release-store.ts";
import { readPastUpdates } from "../../../ops/review/past-updates.ts";
import { estimateTime } from "../../../ops/review/time-estimate.ts";
import { checkpointOf, draftAt } from "../release/example-release.ts";
import { changeOf } from "./changes.ts";

const containers = (count: number) =>
  Array.from({ length: count }, () =>
    changeOf({ op: "replace", type: "docker:index/container:Container", old: {}, new: {} }),
  );

describe("the time that an update takes", () => {
  it("is a sum of figures by type where nothing is known", () => {
    expect(estimateTime(containers(2))).toEqual({ seconds: 40, from: "sum of figures by type of resource" });
  });

  it("is what releases took that changed about as much, the one in the middle", () => {
    const past = [
      { changed: 2, seconds: 7 },
      { changed: 4, seconds: 9 },
      { changed: 8, seconds: 100 },
      { changed: 9, seconds: 1000 },
      { changed: 0, seconds: 1 },
    ];
    expect(estimateTime(containers(4), past)).toEqual({
      seconds: 9,
      from: "as 3 releases with 2 to 8 changes took",
    });
    expect(estimateTime(containers(1), past)).toEqual({
      seconds: 7,
      from: "as the release with 1 to 2 changes took",
    });
    expect(estimateTime(containers(40), past).from).toBe("sum of figures by type of resource");
    expect(estimateTime([], past)).toEqual({ seconds: 0, from: "sum of figures by type of resource" });
  });
});

describe("what earlier releases took", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "past-updates-"));
    writeFileSync(join(folder, "Pulumi.yaml"), "name: trials\nruntime: nodejs\n");
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const place = (env: { readonly [name: string]: string } = {}) => ({ root: folder, local: folder, env });

  it("is read from the records beside the state", async () => {
    const env = { PULUMI_BACKEND_URL: pathToFileURL(join(folder, "state")).href };
    const store = openRecords({ project: "trials", stack: "dev" }, env);
    const checkpoint = checkpointOf({}) as unknown as Checkpoint;
    const changes = { create: 2, delete: 1, same: 70 };
    await store.append(draftAt(1, { changes, durationMilliseconds: 4500 }), checkpoint);
    expect(await readPastUpdates("dev", place())).toEqual([{ changed: 3, seconds: 4.5 }]);
    expect(await readPastUpdates("test", place())).toEqual([]);
  });

  it("is not known where the state lies in no folder and no folder is named for the records", async () => {
    expect(await readPastUpdates("dev", place({ PULUMI_BACKEND_URL: "https://api.pulumi.example" }))).toEqual(
      [],
    );
  });
});
