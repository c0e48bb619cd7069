import { describe, expect, it } from "vitest";
import { Slots, Turn } from "../../src/execute/turn.ts";

describe("a turn", () => {
  it("lets one caller after the other do its work, also after a failure", async () => {
    const turn = new Turn();
    const log: string[] = [];
    const work = (name: string, fails = false) =>
      turn.take(async () => {
        log.push(`${name} begins`);
        await Promise.resolve();
        log.push(`${name} ends`);
        if (fails) throw new Error(name);
      });
    await Promise.allSettled([work("a"), work("b", true), work("c")]);
    expect(log).toEqual(["a begins", "a ends", "b begins", "b ends", "c begins", "c ends"]);
  });
});

describe("slots", () => {
  it.each([
    [1, 1],
    [3, 3],
    [0, 1],
  ])("of %i let %i work at once", async (count, expected) => {
    const slots = new Slots(count);
    let running = 0;
    let most = 0;
    const work = () =>
      slots.use(async () => {
        running += 1;
        most = Math.max(most, running);
        await Promise.resolve();
        running -= 1;
      });
    await Promise.all(Array.from({ length: 10 }, work));
    expect(most).toBe(expected);
  });

  it("that are given back early are for the next callers, and are not given back twice", async () => {
    const slots = new Slots(1);
    const log: string[] = [];
    const work = (name: string) =>
      slots.use(async (giveBack) => {
        log.push(`${name} begins`);
        giveBack();
        giveBack();
        await new Promise(setImmediate);
        log.push(`${name} ends`);
      });
    await Promise.all([work("a"), work("b"), work("c")]);
    const held = (name: string) =>
      slots.use(async () => {
        log.push(`${name} begins`);
        await new Promise(setImmediate);
        log.push(`${name} ends`);
      });
    await Promise.all([held("d"), held("e")]);
    expect(log.slice(0, 3)).toEqual(["a begins", "b begins", "c begins"]);
    expect(log.slice(-4)).toEqual(["d begins", "d ends", "e begins", "e ends"]);
  });
});
