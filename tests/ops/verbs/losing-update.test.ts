import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SmallCheckout } from "./small-checkout.ts";

describe("an update that loses data", { timeout: 600_000 }, () => {
  let place: SmallCheckout;
  beforeAll(async () => {
    place = await SmallCheckout.open();
    place.set({ weight: 10, scratch: true });
    const { code, err } = await place.infra("up");
    expect(code, err).toBe(0);
    place.set({ weight: 10 });
  });
  afterAll(() => place.remove());

  it("says what would be lost and does nothing where nobody is there to agree", async () => {
    const { code, err } = await place.infra("up");
    expect(code).toBe(1);
    expect(err).toMatch(/delete +scratch +gone with it: the files of the volume/);
    expect(err).toMatch(
      /error: Update dev and lose the data above\? Nobody is there to answer\.\n +help: add --yes/,
    );
    expect(await place.volumes()).toContain(`${place.project}-scratch`);
  });

  it("is made once that is agreed to", async () => {
    const { code, err } = await place.infra("up", "--yes");
    expect(code).toBe(0);
    expect(err).toMatch(/delete +scratch/);
    expect(await place.volumes()).toEqual([place.volume]);
  });
});
