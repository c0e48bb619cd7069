import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { onCluster, onDocker } from "../../../ops/cut-over/platform.ts";
import type { ServiceAsker } from "../../../ops/traffic/service-asker.ts";

/** Tries of writes that are still let through; what was asked. */
let letThrough = 0;
let asked: string[] = [];
let gateway: Server;
beforeAll(async () => {
  gateway = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    letThrough -= 1;
    response.writeHead(letThrough >= 0 ? 404 : 503).end("{}");
  }).listen(0, "127.0.0.1");
  await once(gateway, "listening");
});
beforeEach(() => {
  asked = [];
});
afterAll(() => gateway.close());

/** A clock that moves by what is waited for. */
function clockFrom(time = 0) {
  return {
    now: () => time,
    pause: async () => {
      time += 500;
    },
  };
}

const counters: { [pod: string]: number } = { "backend-node-1": 3, "backend-python-1": 0 };
const asker: ServiceAsker = {
  ask: async (service) =>
    new Map(
      Object.entries(counters)
        .filter(([pod]) => pod.startsWith(service))
        .map(([pod, count]) => [
          pod,
          `http_request_duration_seconds_count{method="POST",route="/v1/notes",status="201"} ${count}\n`,
        ]),
    ),
};

function place(gatewayUrl = `http://127.0.0.1:${(gateway.address() as AddressInfo).port}`) {
  const clock = clockFrom();
  return { clock, platform: onCluster({ gatewayUrl, asker, clock }) };
}

it("waits until ten tries of a write in a row are refused, then as long as a write may take", async () => {
  letThrough = 3;
  const { clock, platform } = place();
  expect(await platform.drain(60_000)).toBe(true);
  expect(asked).toEqual(Array.from({ length: 13 }, () => "POST /v1/auth/me"));
  expect(clock.now()).toBe(1500 + 10_000);
});

it("gives up at the deadline where writes are let through, or nobody answers", async () => {
  letThrough = 1000;
  expect(await place().platform.drain(5000)).toBe(false);
  expect(await place("http://127.0.0.1:1").platform.drain(5000)).toBe(false);
});

it("sees a write that any pod has answered", async () => {
  const { platform } = place();
  const before = await platform.writesSeen();
  expect(await platform.writesSeen()).toBe(before);
  counters["backend-node-1"] = 4;
  expect(await platform.writesSeen()).not.toBe(before);
});

it("has nothing to wait for on Docker, where the update that stops writes does", async () => {
  const platform = onDocker({ services: {} });
  expect(await platform.drain(0)).toBe(true);
  expect(await platform.writesSeen()).toBe(await platform.writesSeen());
});
