import { describe, expect, it } from "vitest";
import {
  everyStoreAt,
  planSchemaMigration,
  type SchemaStatus,
  versionsTowards,
} from "../../../ops/data/plan-schema.ts";
import { renderStatus, renderSteps } from "../../../ops/schema.ts";

const status: SchemaStatus = {
  versions: { "one-documents": "2", "graph-store": "3" },
  migrations: [
    { number: 1, name: "lookups", down: { safety: "safe", why: "indexes only" } },
    { number: 2, name: "search", down: { safety: "safe", why: "an index only" } },
    { number: 3, name: "mappings", down: { safety: "lossy", why: "decisions go" } },
  ],
};

const told = (to: { [store: string]: string }) =>
  planSchemaMigration(status, to).map(
    ({ store, direction, number, safety }) => `${store} ${direction} ${number} ${safety}`,
  );

describe("planSchemaMigration", () => {
  it("goes down newest first, and says what is lost", () => {
    expect(told({ "one-documents": "1", "graph-store": "1" })).toEqual([
      "one-documents down 2 safe",
      "graph-store down 3 lossy",
      "graph-store down 2 safe",
    ]);
  });

  it("goes up oldest first, which loses nothing", () => {
    expect(told({ "one-documents": "3" })).toEqual(["one-documents up 3 safe"]);
  });

  it("leaves stores alone that are there, or are not named", () => {
    expect(told({})).toEqual([]);
    expect(told({ "one-documents": "2", elsewhere: "9" })).toEqual([]);
  });

  it("refuses versions that the job does not know, on either side", () => {
    for (const version of ["4", "-1", "x", "1.5"]) {
      expect(() => told({ "graph-store": version })).toThrow(
        `graph-store: schema version ${version} is unknown to the schema job, which knows 0 to 3`,
      );
    }
    const newer = { ...status, versions: { "graph-store": "5" } };
    expect(() => planSchemaMigration(newer, { "graph-store": "1" })).toThrow("schema version 5 is unknown");
  });

  it("is shown with what each step means", () => {
    const steps = planSchemaMigration(status, everyStoreAt(status.versions, "2"));
    expect(renderSteps(steps).split("\n")[1]).toBe("graph-store  down 3 mappings  lossy   decisions go");
    expect(renderStatus(status)).toContain("one-documents  2");
    expect(renderStatus(status)).toContain("3       mappings   lossy  decisions go");
  });
});

describe("versionsTowards", () => {
  it("names the stores that have to move in a direction, and no other", () => {
    const from = { a: "2", b: "2", c: "2" };
    const to = { a: "1", b: "10", elsewhere: "3" };
    expect(versionsTowards("down", from, to)).toEqual({ a: "1" });
    expect(versionsTowards("up", from, to)).toEqual({ b: "10" });
  });
});
