import { describe, expect, it } from "vitest";
import { blindSecrets } from "../../../src/cli/stack-outputs.ts";
import { renderTable } from "../../../src/cli/table.ts";
import { durationText, relativeTime } from "../../../src/cli/time-text.ts";
import { CommandLine } from "./command-line.ts";

describe("relativeTime", () => {
  const now = new Date("2026-01-01T00:00:00Z");
  const cases = [
    [0, "now"],
    [1, "1 second ago"],
    [59, "59 seconds ago"],
    [60, "1 minute ago"],
    [7200, "2 hours ago"],
    [86_400, "1 day ago"],
    [8 * 86_400, "1 week ago"],
    [70 * 86_400, "2 months ago"],
    [800 * 86_400, "2 years ago"],
    [-120, "2 minutes from now"],
  ] as const;
  it.each(cases)("says %s seconds as '%s'", (seconds, text) => {
    expect(relativeTime(new Date(now.getTime() - seconds * 1000), now)).toBe(text);
  });
});

describe("durationText", () => {
  it("leaves out larger units that are not there", () => {
    expect([4, 64, 3600, 3725].map(durationText)).toEqual(["4s", "1m4s", "1h0m0s", "1h2m5s"]);
  });
});

describe("renderTable", () => {
  it("aligns by characters and pads no last column", () => {
    expect(
      renderTable(["A", "B"], [{ cells: ["ü", "x"], details: ["more"] }, { cells: ["long", ""] }], " "),
    ).toBe(" A     B\n ü     x\n more\n long  \n");
  });
});

describe("a word that is no command", () => {
  it("is refused", async () => {
    const line = new CommandLine();
    const refused = await line.run("stack frobnicate");
    expect(refused.stderr).toContain('error: unknown command "frobnicate" for "pulumi stack"');
    expect(refused.exitCode).toBe(1);
    expect((await line.run("config frobnicate")).exitCode).toBe(1);
    const problems = [
      ["config set key a value", "accepts at most 2 arg(s), received 3"],
      ["config get a b", "accepts 1 arg(s), received 2"],
      ["config get", "accepts 1 arg(s), received 0"],
      ["config set", "requires at least 1 arg(s), only received 0"],
      ["config rm-all", "requires at least 1 arg(s), only received 0"],
      ["stack rename", "accepts 1 arg(s), received 0"],
      ["stack tag set a", "accepts 2 arg(s), received 1"],
      ["state move", "requires at least 1 arg(s), only received 0"],
      ["stack output a b", "accepts at most 1 arg(s), received 2"],
      ["stack ls dev", 'unknown command "dev" for "pulumi stack ls"'],
    ] as const;
    for (const [command, message] of problems) {
      expect((await line.run(command)).stderr).toContain(`error: ${message}\n`);
    }
  });
});

describe("blindSecrets", () => {
  it("read every secret as the same text, and write none", async () => {
    expect(await blindSecrets.decrypt("v1:x")).toBe('"[secret]"');
    await expect(blindSecrets.encrypt("x")).rejects.toMatchObject({ code: "secret-unreadable" });
  });
});
