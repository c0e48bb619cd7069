import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ProgramSource, type Sought } from "../../../ops/drift/answers/source-literals.ts";
import { root } from "../../../ops/paths.ts";

const WORKLOAD = "src/platforms/docker/workload.ts";
const lineOf = (file: string, text: string) =>
  readFileSync(join(root, file), "utf8")
    .split("\n")
    .findIndex((line) => line.includes(text)) + 1;
const position = `project:///${WORKLOAD}#${lineOf(WORKLOAD, "new docker.Container")},5`;

describe("the literals of this program", () => {
  const source = ProgramSource.open(root);
  const found = (steps: readonly string[], sought: Pick<Sought, "recorded" | "live"> & { role?: string }) =>
    source
      ?.literals({ position, steps, role: "gateway", ...sought })
      .map(({ file, text, replacement }) => [file, text, replacement].join(" "));

  it("are found in the catalogue, the one of the service first", () => {
    const memory = found(["memory"], { recorded: 128, live: 256 });
    expect(memory?.[0]).toBe("src/catalogue/gateway.ts 128 256");
    expect(found(["stopTimeout"], { recorded: 15, live: 20 })?.[0]).toBe("src/catalogue/gateway.ts 15 20");
  });

  it("stand for a text with a unit, and in a platform's own file for a text or a flag", () => {
    expect(found(["healthcheck", "interval"], { recorded: "5s", live: "7s" })).toContain(
      "src/catalogue/health.ts 5 7",
    );
    expect(found(["healthcheck", "interval"], { recorded: "5s", live: "7m" })).toEqual([]);
    expect(found(["restart"], { recorded: "unless-stopped", live: "always" })).toEqual([
      `${WORKLOAD} "unless-stopped" "always"`,
    ]);
    expect(found(["readOnly"], { recorded: true, live: false })).toEqual([
      "src/platforms/docker/container.ts true false",
    ]);
    expect(found(["capabilities", "drops", "0"], { recorded: "ALL", live: "NET_RAW" })).toEqual([
      'src/platforms/docker/container.ts "ALL" "NET_RAW"',
    ]);
    expect(found(["logOpts", "max-file"], { recorded: "3", live: "5" })).toEqual([
      'src/platforms/docker/container.ts "3" "5"',
    ]);
  });

  it("are none where another value is written, or nothing is made", () => {
    expect(found(["restart"], { recorded: "no", live: "always" })).toEqual([]);
    expect(found(["noSuch"], { recorded: 1, live: 2 })).toEqual([]);
    const lost = { position: "", steps: ["memory"], role: "", recorded: 128, live: 256 };
    expect(source?.literals(lost)).toEqual([]);
    expect(source?.literals({ ...lost, position: `project:///${WORKLOAD}#1` })).toEqual([]);
  });

  it("are not looked for in a folder without TypeScript", () => {
    expect(ProgramSource.open(join(root, "services"))).toBeUndefined();
  });
});
