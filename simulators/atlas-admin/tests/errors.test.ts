import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { AtlasFailure, ERRORS, type ErrorCode, isErrorCode } from "../errors.ts";
import { start } from "./atlas-caller.ts";

const codes = Object.keys(ERRORS) as ErrorCode[];
const root = join(import.meta.dirname, "..");
const sources = readdirSync(root, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts") && !file.startsWith("tests") && file !== "errors.ts")
  .map((file) => readFileSync(join(root, file), "utf8"))
  .join("\n");

/** Codes that only a fault brings about: the simulated organisation has a card on file. */
const BY_FAULT_ONLY = ["NO_PAYMENT_INFORMATION_FOUND", "SERVICE_UNAVAILABLE", "UNEXPECTED_ERROR"];

describe("the table of errors", () => {
  it.each(codes)("has %s with the body that Atlas gives", async (code) => {
    const { atlas, call } = await start({}, { mayBeUnknown: true });
    const parameters = ["one", "two"];
    atlas.faults.add({ kind: "answer", path: "/groups", errorCode: code, parameters });
    const { status, body } = await call("GET", "/groups", "2023-01-01");
    expect(status).toBe(ERRORS[code].status);
    expect(body).toMatchObject({
      error: status,
      errorCode: code,
      parameters,
      reason: expect.stringMatching(/^[A-Z]/),
    });
    expect(body["detail"]).not.toMatch(/\{\d\}/);
  });

  it("holds nothing that is not used", () => {
    const unused = codes.filter((code) => !sources.includes(`"${code}"`));
    expect(unused).toEqual(BY_FAULT_ONLY);
  });

  it("knows its codes from others", () => {
    expect([isErrorCode("CLUSTER_NOT_FOUND"), isErrorCode("toString")]).toEqual([true, false]);
    expect(new AtlasFailure("CLUSTER_NOT_FOUND", ["c"]).message).toBe(
      "CLUSTER_NOT_FOUND: No cluster named c exists in group .",
    );
  });
});
