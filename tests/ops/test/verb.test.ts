import { describe, expect, it } from "vitest";
import { main } from "../../../ops/main.ts";
import { captureOutput } from "../output.ts";

async function test(...words: string[]) {
  const output = captureOutput();
  return { code: await main(["test", ...words], output), out: output.out(), err: output.err() };
}

describe("./infra test", () => {
  it("names the suites, and says which take long", async () => {
    const { code, out } = await test("--list");
    expect(code).toBe(0);
    expect(out).toMatch(/^SUITE +TAKES +WHAT\nchecks +short +lint/);
    expect(out).toMatch(/^operations +long /m);
  });

  it("runs nothing where one of the suites is not known", async () => {
    expect(await test("checks", "units")).toEqual({
      code: 2,
      out: "",
      err: "error: there is no suite called units\n  help: ./infra test --list\n",
    });
  });
});
