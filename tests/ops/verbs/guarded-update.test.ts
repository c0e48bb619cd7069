import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SmallCheckout } from "./small-checkout.ts";

describe("an update that undoes itself", { timeout: 600_000 }, () => {
  let place: SmallCheckout;
  beforeAll(async () => {
    place = await SmallCheckout.open();
    expect((await place.infra("up")).code).toBe(0);
  });
  afterAll(() => place.remove());

  it("leaves one that failed as it is unless it is asked to, and says so where nothing was changed", async () => {
    place.set({ weight: 10, extra: true });
    const free = await place.takeExtraName();
    try {
      const plain = await place.infra("up");
      expect(plain.code).toBe(1);
      expect(plain.err).toMatch(/error: extra: [\s\S]*is already in use/);
      expect(plain.err).not.toContain("going back by itself");
      const guarded = await place.infra("up", "--rollback-on-failure");
      expect(guarded.code).toBe(1);
      expect(guarded.err).toMatch(/already in use[\s\S]*nothing was changed: release 1 is still current/);
    } finally {
      await free();
    }
  });

  it("goes back to the newest release after a failure half-way", async () => {
    place.set({ weight: 20, extra: true, fails: true });
    const ran = await place.infra("up", "--rollback-on-failure");
    expect(ran.code).toBe(1);
    expect(ran.err).toMatch(/going back by itself, as asked\n\nrelease 1 -> release 1/);
    expect(ran.err).toMatch(/error: .*it fails as it was told to[\s\S]*release 1 is current again: /);
    expect(await place.weight()).toBe(10);
    expect(await place.containers()).toEqual(["graph-store"]);
  });

  it("goes back to the release before where services do not get well", async () => {
    place.set({ weight: 30, sick: true });
    const ran = await place.infra("up", "--rollback-on-unhealthy=0");
    expect(ran.code).toBe(1);
    expect(ran.err).toMatch(
      /error: gateway is down: .*\/sick\/health\/ready answers 503\n.* is current again: /,
    );
    expect(await place.weight()).toBe(10);
  });

  it("lets what is well be", async () => {
    place.set({ weight: 40 });
    expect((await place.infra("up", "--rollback-on-unhealthy", "--rollback-on-failure")).code).toBe(0);
    expect(await place.weight()).toBe(40);
  });

  it("wants seconds", async () => {
    expect(await place.infra("up", "--rollback-on-unhealthy=soon")).toMatchObject({
      code: 2,
      err: expect.stringContaining("--rollback-on-unhealthy takes seconds, not soon"),
    });
  });
});
