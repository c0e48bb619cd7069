import { createHmac } from "node:crypto";
import { expect, it } from "vitest";
import { tokenShare } from "../../src/components/token-share.ts";

/** What clients send, with signatures as HS256 makes them. */
const TOKENS = Array.from(
  { length: 20_000 },
  (_, number) => `Bearer e30.e30.${createHmac("sha256", "key").update(String(number)).digest("base64url")}`,
);
/** As a gateway compares: the whole value. */
const chosen = (percent: number) => {
  const pattern = new RegExp(`^(?:${tokenShare(percent)})$`);
  return TOKENS.filter((token) => pattern.test(token));
};

it.each([1, 5, 10, 25, 35, 50, 60, 75, 97, 99, 100])("holds %i percent of the clients", (percent) => {
  const share = (chosen(percent).length / TOKENS.length) * 100;
  expect(Math.abs(share - percent)).toBeLessThan(1);
});

it("moves no client back when it grows, whatever the step", () => {
  let before: string[] = [];
  for (let percent = 1; percent <= 100; percent += 1) {
    const now = new Set(chosen(percent));
    expect(
      before.every((token) => now.has(token)),
      `${percent}`,
    ).toBe(true);
    before = [...now];
  }
});
