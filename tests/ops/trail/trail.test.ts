import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { beforeEach, describe, expect, it } from "vitest";
import { OperationProgress } from "../../../ops/progress.ts";
import { redact, redactArguments, secretsOf } from "../../../ops/trail/redact.ts";
import { Trail } from "../../../ops/trail/trail.ts";
import { captureOutput } from "../output.ts";

const urn = (name: string, type = "docker:index/container:Container") =>
  `urn:pulumi:dev::trials::trials:components:X$${type}::${name}`;
const event = (kind: string, op: string, name: string, type?: string) =>
  ({ [kind]: { metadata: { op, urn: urn(name, type) } } }) as unknown as EngineEvent;
const begun = (op: string, name: string, type?: string) => event("resourcePreEvent", op, name, type);

let folder: string;
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), "trail-")), "trail");
});

const newTrail = (secrets: string[] = []) =>
  new Trail({ folder, verb: "up", argv: ["dev", "--token", "hidden-word"], secrets });
const lines = (file: string) =>
  readFileSync(file, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { [key: string]: unknown });

describe("Trail", () => {
  it("tells what was done, what failed, what was under way and what was not begun", () => {
    const trail = newTrail();
    const output = { ...captureOutput(), trail };
    const planned = ["cache", "gateway", "store", "volume"].map((name) => urn(name));
    const progress = new OperationProgress({ output, planned, clock: () => 0 });
    progress.accept(begun("create", "cache"));
    progress.accept(event("resOutputsEvent", "create", "cache"));
    progress.accept(begun("create", "gateway"));
    progress.accept(event("resOpFailedEvent", "create", "gateway"));
    progress.accept(begun("create", "store"));
    progress.close();
    const file = trail.end(1, "the gateway does not start") ?? "";
    expect(lines(file)).toMatchObject([
      { kind: "command", verb: "up", args: ["dev", "--token", "[secret]"] },
      { kind: "plan", urns: planned },
      { kind: "operation", op: "create", urn: urn("cache"), outcome: "begun" },
      { kind: "operation", urn: urn("cache"), outcome: "done", milliseconds: expect.any(Number) },
      { kind: "operation", urn: urn("gateway"), outcome: "begun" },
      { kind: "operation", urn: urn("gateway"), outcome: "failed" },
      { kind: "operation", urn: urn("store"), outcome: "begun" },
      {
        kind: "end",
        exitCode: 1,
        error: "the gateway does not start",
        unfinished: [urn("store")],
        notBegun: [urn("volume")],
      },
    ]);
  });

  it("leaves no file where nothing is done and nothing fails", () => {
    const trail = newTrail();
    trail.plan([]);
    trail.accept(begun("same", "cache"));
    trail.accept(begun("create", "cache", "trials:components:Cache"));
    trail.accept(event("resOutputsEvent", "same", "cache"));
    expect(trail.end(0)).toBeUndefined();
  });

  it("is not told of previews, which do nothing", () => {
    const trail = newTrail();
    const output = { ...captureOutput(), trail };
    const progress = new OperationProgress({ output, quiet: true, clock: () => 0 });
    progress.accept(begun("create", "cache"));
    progress.close();
    expect(trail.end(0)).toBeUndefined();
  });

  it("can be read by its owner only, and keeps the last fifty", () => {
    mkdirSync(folder);
    for (let index = 0; index < 60; index += 1) {
      writeFileSync(join(folder, `2020-01-01T00${String(index).padStart(4, "0")}-up-1.jsonl`), "");
    }
    const file = newTrail().end(1, "no") ?? "";
    const kept = readdirSync(folder).sort();
    expect(kept).toHaveLength(50);
    expect(join(folder, kept.at(-1) ?? "")).toBe(file);
    expect(kept[0]).toContain("T000011");
  });

  it("holds no secret", () => {
    const trail = newTrail(["tree-house-42"]);
    const file =
      trail.end(1, "mongodb://node:letmein@store:27017 refused tree-house-42, password=abcdef") ?? "";
    const text = readFileSync(file, "utf8");
    for (const secret of ["letmein", "tree-house-42", "abcdef", "hidden-word"]) {
      expect(text).not.toContain(secret);
    }
    expect(text).toContain("mongodb://[secret]@store:27017 refused [secret], password=[secret]");
  });
});

describe("redact", () => {
  it("takes secrets from the environment by their names", () => {
    const env = {
      PULUMI_CONFIG_PASSPHRASE: "tree-house-42",
      PULUMI_CONFIG_PASSPHRASE_FILE: "/home/file",
      ATLAS_PRIVATE_KEY: "0123456789",
      SHORT_TOKEN: "yes",
      HOME: "/home/someone",
      EMPTY_SECRET: undefined,
    };
    expect(secretsOf(env)).toEqual(["tree-house-42", "0123456789"]);
  });

  it("leaves harmless words alone", () => {
    expect(redact("created network trials-dev", [])).toBe("created network trials-dev");
    expect(redactArguments(["dev", "--engine", "embedded", "--with-password", "--yes"], [])).toEqual([
      "dev",
      "--engine",
      "embedded",
      "--with-password",
      "--yes",
    ]);
  });
});
