import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import grpc from "@grpc/grpc-js";
import services from "@pulumi/pulumi/proto/events_grpc_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import { describe, expect, it } from "vitest";
import { renderEventJson } from "../../src/display/event-json.ts";
import { openEventLog } from "../../src/display/event-log.ts";
import type { EngineEvent } from "../../src/events.ts";
import { readCases } from "../corpus/cases.ts";
import { readRecording } from "../corpus/observation.ts";
import { fromEventJson } from "./recorded-events.ts";

const now = () => new Date(1_700_000_000_999);
const events: EngineEvent[] = [
  { kind: "prelude", config: { "p:k": "[secret]" } },
  { kind: "stdout", message: "hello" },
  { kind: "policy-load" },
  { kind: "cancel" },
];
const lines = [
  { sequence: 0, timestamp: 1_700_000_000, preludeEvent: { config: { "p:k": "[secret]" } } },
  { sequence: 1, timestamp: 1_700_000_000, stdoutEvent: { message: "hello", color: "never" } },
  { sequence: 2, timestamp: 1_700_000_000, policyLoadEvent: {} },
  { sequence: 3, timestamp: 1_700_000_000, cancelEvent: {} },
];

describe("the event log", () => {
  it("is a file of JSON lines", async () => {
    const folder = mkdtempSync(join(tmpdir(), "event-log-"));
    const target = join(folder, "events.jsonl");
    const log = await openEventLog({ target, color: "never", now });
    for (const event of events) log.listener(event);
    await log.close();
    const written = readFileSync(target, "utf8").trim().split("\n");
    expect(written.map((line) => JSON.parse(line))).toEqual(lines);
    rmSync(folder, { recursive: true });
  });

  it("streams to whoever listens, and waits until all has arrived", async () => {
    const received: string[] = [];
    const server = new grpc.Server();
    server.addService(services.EventsService as unknown as grpc.ServiceDefinition, {
      streamEvents(
        call: grpc.ServerReadableStream<{ getEvent(): string }, unknown>,
        answer: grpc.sendUnaryData<unknown>,
      ) {
        call.on("data", (request) => received.push(request.getEvent()));
        call.on("end", () => answer(null, new empty.Empty()));
      },
    });
    const port = await new Promise<number>((resolve, reject) =>
      server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
        error ? reject(error) : resolve(bound),
      ),
    );
    const log = await openEventLog({ target: `tcp://127.0.0.1:${port}`, color: "never", now });
    for (const event of events) log.listener(event);
    await log.close();
    expect(received.map((line) => JSON.parse(line))).toEqual(lines);
    server.forceShutdown();
  });

  it("has messages without what colours a terminal", () => {
    const rest = { severity: "info", urn: "", prefix: "", streamId: 0, ephemeral: false } as const;
    const message = "\u001b[1;31mred\u001b[0m \u001b[Kand \u001b[2Jso on\n";
    const json = renderEventJson(
      { kind: "diagnostic", diagnostic: { ...rest, message } },
      { sequence: 0, timestamp: 0, color: "raw" },
    );
    expect(json).toMatchObject({ diagnosticEvent: { message: "red and \u001b[2Jso on\n" } });
  });

  it("does not fail an operation when nobody listens", async () => {
    const log = await openEventLog({ target: "tcp://127.0.0.1:1", color: "never", now });
    for (const event of events) log.listener(event);
    await expect(log.close()).resolves.toBeUndefined();
  });
});

describe("renderEventJson", () => {
  it("writes every recorded event as the official CLI did", () => {
    for (const item of readCases(join(import.meta.dirname, "../corpus/cases"), [])) {
      for (const index of item.steps.keys()) {
        for (const json of readRecording(item, index + 1).events) {
          const event = fromEventJson(json);
          if (event === undefined) continue;
          const position = {
            sequence: Number(json["sequence"]),
            timestamp: Number(json["timestamp"]),
            color: "never",
          };
          const isLossy =
            /0def7320c3a5731c473e5ecbe6d01bc7|5cf8f73096256a8f31e491e813e4eb8e|PolicyPacks":{"/.test(
              JSON.stringify(json),
            );
          if (!isLossy) expect(renderEventJson(event, position)).toEqual(json);
        }
      }
    }
  });
});
