import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readOutputs } from "../../../ops/outputs.ts";
import { DEFAULT_THRESHOLDS, GATES } from "../../../ops/shift/gates.ts";
import { measureParity } from "../../../ops/shift/measure-parity.ts";
import { probe } from "../../../ops/shift/probe.ts";
import { readCounters } from "../../../ops/shift/world.ts";
import { shiftStack } from "../../../ops/shift.ts";
import { askInside, runInside } from "../../../ops/traffic/inside.ts";
import { dockerAsker } from "../../../ops/traffic/service-asker.ts";
import { kubeconfigOf } from "../kubeconfig.ts";
import { startPodServer } from "../traffic/pod-server.ts";
import { type TrafficStack, trafficStack } from "../traffic/traffic-stack.ts";

const OPTIONS = {
  to: 35,
  step: 25,
  gates: GATES,
  holdMilliseconds: 10,
  thresholds: DEFAULT_THRESHOLDS,
  probes: false,
};

describe("a shift on an engine", () => {
  let place: TrafficStack;
  beforeAll(async () => {
    place = await trafficStack();
  });
  afterAll(() => place.remove());
  const parity = async () => {
    const { opened } = place.site;
    return measureParity(opened, await readOutputs("dev", opened.stack, true));
  };
  const weight = async () => (await place.site.opened.stack.outputs())["pythonWeight"]?.value as unknown;

  it("moves the weight of the checkout and of the stack, and reads alone are sent as a probe", async () => {
    const result = await shiftStack(place.site, { ...OPTIONS, probes: true });
    expect(result).toMatchObject({ outcome: "done", weight: 35 });
    expect(place.settings()).toContain("pythonWeight: 35");
    expect(await weight()).toBe(35);
    expect(place.asked).toContain("/v1/auth/login");
    expect(place.asked).toContain("/v1/companies?limit=2");
  });

  it("goes back when answers differ", async () => {
    const { id } = place.container;
    expect(await parity()).toMatchObject({ verdict: "passed", mismatched: 0 });
    await runInside(id, ["touch", "/tmp/bad"]);
    expect(await parity()).toMatchObject({ verdict: "failed" });
    const result = await shiftStack(place.site, { ...OPTIONS, to: 60 });
    await runInside(id, ["rm", "/tmp/bad"]);
    expect(result).toMatchObject({ outcome: "returned", weight: 35 });
    expect(result.reason).toMatch(/^parity: \d+ of \d+ reads/);
    expect(place.output.err()).toContain("going back to 35 %");
    expect(await weight()).toBe(35);
  });

  it("moves the weight of a cloud stack, whose pods are asked by the API server", async () => {
    const { id } = place.container;
    const settings = place.settings();
    const pods = ["parity", "backend-python"].map((service) => ({ name: `${service}-1`, service }));
    const server = await startPodServer(
      () => pods,
      (_, port, path) => askInside(id, port, path),
      [id],
    );
    const kubernetes = JSON.stringify({ kubeconfig: kubeconfigOf(server, { here: "here" }, "here") });
    await place.set((text) =>
      text
        .replace("environment: dev", "environment: cloud")
        .replace("config:", `config:\n  local:kubernetes: ${kubernetes}`),
    );
    expect(await parity()).toMatchObject({ verdict: "passed" });
    expect(await shiftStack(place.site, { ...OPTIONS, to: 60 })).toMatchObject({
      outcome: "done",
      weight: 60,
    });
    await runInside(id, ["touch", "/tmp/bad"]);
    const result = await shiftStack(place.site, { ...OPTIONS, to: 85 });
    await runInside(id, ["rm", "/tmp/bad"]);
    expect(result).toMatchObject({ outcome: "returned", weight: 60 });
    expect(await weight()).toBe(60);
    server.close();
    await place.set(() => settings);
  });

  it("begins nothing while something else is to be deployed, or without a comparator", async () => {
    await place.set((text) => text.replace("compared: true", "compared: false"));
    await expect(shiftStack(place.site, { ...OPTIONS, to: 45 })).rejects.toThrow("no comparator");
    expect(await parity()).toEqual({ verdict: "not measured" });
    const elsewhere = shiftStack(place.site, { ...OPTIONS, to: 50 });
    await expect(elsewhere).rejects.toThrow("a shift of dev to 45 % was broken off");
    expect(await shiftStack(place.site, { ...OPTIONS, to: undefined, gates: [] })).toMatchObject({
      outcome: "done",
      weight: 45,
    });
  });
});

describe("what is asked of containers and of the gateway", () => {
  it("says so where nobody answers", async () => {
    await expect(runInside("no-such-container-of-trials", ["true"])).rejects.toThrow("nothing can be run in");
    const place = { name: "no-such-container-of-trials" };
    const services = { parity: place, gateway: place };
    const asker = dockerAsker(services);
    await expect(readCounters({}, asker)).rejects.toThrow("nothing to judge a step by");
    await expect(readCounters(services, asker)).rejects.toThrow("nothing can be run in");
  });

  it("says so where the administrator is not let in", async () => {
    const server = createServer((_, response) => response.writeHead(401).end()).listen(0, "127.0.0.1");
    await once(server, "listening");
    const gatewayUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const administrator = { email: "admin@trials.example", password: "wrong" };
    await expect(probe({ gatewayUrl, administrator })).rejects.toThrow("the administrator cannot log in");
    server.close();
  });
});
