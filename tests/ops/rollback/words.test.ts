import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { DataSnapshot, HealthVerdict, Release } from "../../../contracts/release.ts";
import { needsQuestion } from "../../../ops/agree-to-loss.ts";
import { parseVerbArguments } from "../../../ops/arguments.ts";
import { agree } from "../../../ops/rollback/agree.ts";
import { findUnrecorded } from "../../../ops/rollback/find-unrecorded.ts";
import { guardFlags, readGuard } from "../../../ops/rollback/guard-update.ts";
import { readCheckpoint } from "../../../ops/rollback/replay/checkpoint.ts";
import { recordSecret } from "../../../ops/rollback/replay/recorded-value.ts";
import { smokeTest } from "../../../ops/rollback/smoke.ts";
import { dataOfRelease, recordOf, refuseUnhealthy } from "../../../ops/rollback/stack-deeds.ts";
import { readWish } from "../../../ops/rollback/wish.ts";
import type { Output, Verb } from "../../../ops/verb.ts";

const output: Output = {
  stdout: { write: () => true },
  stderr: { write: () => true },
  signal: new AbortController().signal,
};

describe("what a command line asks for", () => {
  it("is read from its flags", () => {
    expect(readWish({})).toEqual({ withData: false, discard: false, yes: false });
    expect(readWish({ to: "12", "with-data": true, yes: true, "accept-loss": "cloud" })).toEqual({
      to: 12,
      withData: true,
      discard: false,
      yes: true,
      acceptLoss: "cloud",
    });
    expect(readWish({ abort: true }).resume).toBe("abort");
    expect(readWish({ continue: true }).resume).toBe("continue");
  });

  it.each([
    [{ to: "latest" }, /--to takes the number/],
    [{ to: "0" }, /--to takes the number/],
    [{ continue: true, abort: true }, /give one of them/],
    [{ continue: true, to: "3" }, /takes no other wishes/],
  ])("refuses %o", (flags, message) => {
    expect(() => readWish(flags)).toThrow(message);
  });
});

describe("agreeing", () => {
  const changes = (reversibility: "safe" | "lossy") => ({
    changes: [{ op: "delete", name: "x", reversibility, reason: "" }],
    target: { number: 5 },
  });

  it("takes --yes; for a loss of what people share its name too", async () => {
    expect(needsQuestion(false, { stack: "cloud", yes: true })).toBe(false);
    expect(needsQuestion(true, { stack: "dev", yes: true })).toBe(false);
    expect(needsQuestion(true, { stack: "cloud", yes: true, acceptLoss: "cloud" })).toBe(false);
    expect(needsQuestion(false, { stack: "dev", yes: false })).toBe(true);
    await expect(agree(changes("safe"), { stack: "cloud", yes: true }, output)).resolves.toBeUndefined();
  });

  it("is refused where the flags do not say enough", async () => {
    await expect(agree(changes("lossy"), { stack: "cloud", yes: true }, output)).rejects.toMatchObject({
      code: "loss-not-accepted",
      help: "add --accept-loss cloud",
    });
    const wrong = { stack: "cloud", yes: true, acceptLoss: "clout" };
    await expect(agree(changes("lossy"), wrong, output)).rejects.toMatchObject({
      help: expect.stringMatching(/not clout/),
    });
    await expect(agree(changes("lossy"), { stack: "dev", yes: false }, output)).rejects.toMatchObject({
      code: "not-confirmed",
    });
  });
});

describe("an update that undoes itself", () => {
  const verb: Verb = {
    name: "up",
    usage: "STACK",
    summary: "",
    flags: guardFlags,
    examples: [],
    run: async () => 0,
  };
  const guardOf = (...words: string[]) => readGuard(parseVerbArguments(verb, ["dev", ...words]).flags);

  it("says when, with or without seconds", () => {
    expect(guardOf()).toEqual({ onFailure: false });
    expect(guardOf("--rollback-on-failure")).toEqual({ onFailure: true });
    expect(guardOf("--rollback-on-unhealthy")).toEqual({ onFailure: false, healthyWithin: 60_000 });
    expect(guardOf("--rollback-on-unhealthy=5")).toEqual({ onFailure: false, healthyWithin: 5_000 });
    expect(() => guardOf("--rollback-on-unhealthy=soon")).toThrow("takes seconds, not soon");
  });
});

describe("an update that no release recorded", () => {
  const thing = (name: string, inputs: object, rest: object = {}) => ({
    urn: `urn:pulumi:dev::trials::fake:index:Thing::${name}`,
    type: "fake:index:Thing",
    custom: true,
    id: `${name}-id`,
    inputs,
    ...rest,
  });
  const recorded = readCheckpoint({
    resources: [
      thing("a", { x: 1, y: [recordSecret("s")] }),
      thing("b", {}),
      thing("gone", {}, { delete: true }),
    ],
  });

  it("shows in inputs and ids, not in outputs, secrets or order", () => {
    const same = readCheckpoint({
      resources: [thing("b", {}, { outputs: { z: 1 } }), thing("a", { y: [recordSecret("t")], x: 1 })],
    });
    expect(findUnrecorded(same, recorded)).toEqual([]);
    const other = readCheckpoint({ resources: [thing("a", { x: 2, y: [] }), thing("c", {})] });
    expect(findUnrecorded(other, recorded)).toEqual(["a", "b", "c"]);
  });
});

describe("health after a rollback", () => {
  let server: Server;
  let gatewayUrl: string;
  let status = 200;
  beforeAll(async () => {
    server = createServer((request, response) => {
      response.writeHead(request.url === "/v1/studies" ? 401 : status).end();
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    gatewayUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => server.close());
  const healthy: HealthVerdict = { verdict: "healthy", services: {} };

  it("is asked as a client asks", async () => {
    expect((await smokeTest({ gatewayUrl }, healthy)).verdict).toBe("healthy");
    status = 502;
    const sick = await smokeTest({ gatewayUrl }, healthy);
    expect(() => refuseUnhealthy(sick)).toThrow(
      `/openapi.json is down: ${gatewayUrl}/openapi.json answers 502`,
    );
    const deaf = await smokeTest({ gatewayUrl: "http://127.0.0.1:1" }, healthy);
    expect(() => refuseUnhealthy(deaf)).toThrow("does not answer");
  });

  it("is not asked again where a service is down, nor at a cloud's door", async () => {
    const sick: HealthVerdict = { verdict: "unhealthy", services: {} };
    expect(await smokeTest({ gatewayUrl }, sick)).toBe(sick);
    const cloud = { namespace: "n", documents: { projectId: "p", cluster: "c" }, graph: { instanceId: "" } };
    expect(await smokeTest({ gatewayUrl, cloud }, healthy)).toBe(healthy);
    expect(() => refuseUnhealthy({ verdict: "unknown", services: {} })).not.toThrow();
  });
});

describe("the data of a release", () => {
  const snapshot = (id: string): DataSnapshot => ({
    store: "documents",
    kind: "docker-volume",
    id,
    at: "2026-01-02T03:04:05Z",
  });
  const release = (number: number, ...ids: string[]) =>
    ({ number, dataSnapshots: ids.map(snapshot) }) as unknown as Release;
  const releases = [release(1, "at-1"), release(2), release(3, "at-3"), release(4)];

  it("is what was saved when the next one was made, else when it was made itself", () => {
    expect(dataOfRelease(2, releases)).toEqual([snapshot("at-3")]);
    expect(dataOfRelease(1, releases)).toEqual([snapshot("at-1")]);
    expect(dataOfRelease(3, releases)).toEqual([snapshot("at-3")]);
  });

  it("that was never saved is an error that says which was", () => {
    expect(() => dataOfRelease(4, releases)).toThrow("there is no data snapshot of release 4");
    expect(() => dataOfRelease(4, [release(4)])).toThrow("there is no data snapshot of release 4");
  });
});

describe("the record of a rollback", () => {
  const entry = {
    id: "r",
    stack: "dev",
    from: 7,
    to: 5,
    withData: false,
    movesSchema: true,
    dropsData: false,
    phase: "record",
    startedAt: "now",
    pid: 1,
  } as const;

  it("says what became of it", () => {
    expect(recordOf({ ...entry, direction: "there" })).toMatchObject({
      cause: { kind: "rollback", of: 7, to: 5 },
      message: "rollback to release 5",
    });
    const failure = { phase: "health", message: "down" } as const;
    expect(recordOf({ ...entry, direction: "back", failure })).toMatchObject({
      cause: { kind: "rollback", of: 7, to: 7 },
      message: "rollback to release 5 failed in its phase health (down); everything is as in release 7",
    });
  });
});
