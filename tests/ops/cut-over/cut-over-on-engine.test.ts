import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cutOverProgressFile } from "../../../ops/cut-over/progress.ts";
import { type CutOverOptions, cutOverStack } from "../../../ops/cut-over.ts";
import { shiftProgressFile } from "../../../ops/shift/progress.ts";
import { startOf } from "../../../ops/shift.ts";
import { askInside, runInside } from "../../../ops/traffic/inside.ts";
import { kubeconfigOf } from "../kubeconfig.ts";
import { startPodServer } from "../traffic/pod-server.ts";
import { type TrafficStack, trafficStack } from "../traffic/traffic-stack.ts";

const OPTIONS: CutOverOptions = {
  wish: "forward",
  freezeMilliseconds: 60_000,
  postponeFile: "/no/such/file",
  isSure: true,
};

describe("a cut-over on an engine", { timeout: 600_000 }, () => {
  let place: TrafficStack;
  beforeAll(async () => {
    place = await trafficStack();
  });
  afterAll(() => place.remove());

  it("asks first, and waits for the end of a shift", async () => {
    await expect(cutOverStack(place.site, { ...OPTIONS, isSure: false })).rejects.toThrow("Nobody is there");
    const shift = shiftProgressFile(place.site.opened.checkout.local, "dev");
    shift.write(startOf({ to: 50, step: 25 }, undefined, { stack: "dev", weight: 10 }));
    await expect(cutOverStack(place.site, OPTIONS)).rejects.toThrow("a shift of dev was broken off");
    shift.remove();
  });

  it("makes Python the system of record, and Node again", async () => {
    expect(await cutOverStack(place.site, OPTIONS)).toEqual({
      stack: "dev",
      reversible: true,
      systemOfRecord: "python",
      writes: "open",
      replication: "python-to-node",
    });
    expect(place.settings()).toMatch(/pythonWeight: 100/);
    expect(place.output.err()).toContain("verified: 7 documents in 1 collections");
    expect(await runInside(place.container.id, ["cat", "/tmp/emptied"])).toBe(
      "word-of-cache flushall\n".repeat(2),
    );
    expect(await cutOverStack(place.site, { ...OPTIONS, wish: "back" })).toMatchObject({
      reversible: false,
      systemOfRecord: "node",
      replication: "off",
    });
    expect(place.settings()).toMatch(/pythonWeight: 10\b/);
  });

  it("does the same on a cloud stack, by way of its API server and of a gateway that is told in the background", async () => {
    const { id } = place.container;
    const settings = place.settings();
    const pods = ["replication", "backend-node", "backend-python"].map((service) => ({
      name: `${service}-1`,
      service,
    }));
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
    expect(await cutOverStack(place.site, OPTIONS)).toMatchObject({
      reversible: true,
      systemOfRecord: "python",
      writes: "open",
      replication: "python-to-node",
    });
    expect(place.asked.filter((path) => path === "/v1/auth/me").length).toBeGreaterThanOrEqual(10);
    const back = await cutOverStack(place.site, { ...OPTIONS, wish: "back" });
    expect(back).toMatchObject({ systemOfRecord: "node", writes: "open", replication: "off" });
    server.close();
    await place.set(() => settings);
  });

  it("is abandoned where nothing has been switched", async () => {
    const file = cutOverProgressFile(place.site.opened.checkout.local, "dev");
    file.write({ phase: "freeze", previousWeight: 10 });
    const result = await cutOverStack(place.site, { ...OPTIONS, wish: "back" });
    expect(result).toMatchObject({ reversible: false, writes: "open", replication: "off" });
    expect(file.read()).toBeUndefined();
  });
});
