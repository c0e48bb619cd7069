import { beforeAll, describe, expect, it } from "vitest";
import { rules } from "../rules.ts";
import { dataCases } from "./data-cases.ts";
import { schedule } from "./examples.ts";
import { type Judgement, judge } from "./judge.ts";
import { workloadCases } from "./workload-cases.ts";

const cases = [...workloadCases, ...dataCases];

const messagesOf = (judged: Judgement, name: string) =>
  judged.violations.filter((line) => line.includes(` ${name}: `));

describe("resource rules, in a preview on the engine", () => {
  let judged: Judgement;
  beforeAll(async () => {
    const examples = cases.flatMap(({ passes, fails }) => [
      ...passes,
      ...Object.values(fails).map(([example]) => example),
    ]);
    const clusters = examples.filter(({ type }) => type.endsWith(":AdvancedCluster"));
    judged = await judge([...examples, ...clusters.map(({ name }) => schedule(name))]);
  });

  it("have all a passing and a failing example", () => {
    const tried = cases.map(({ rule }) => rule).sort();
    expect(tried).toEqual(rules.flatMap(({ judges, name }) => (judges === "resource" ? [name] : [])).sort());
    expect(judged.result).toBe("failed");
  });

  describe.each(cases)("$rule", ({ rule, passes, fails }) => {
    it.each(passes.map(({ name, type }) => [name, type]))("lets %s pass (%s)", (name) => {
      expect(messagesOf(judged, name)).toEqual([]);
    });

    it.each(Object.entries(fails))("reports %s, and nothing else about it", (_wrong, [{ name }, ...said]) => {
      const { level } = rules.find((one) => one.name === rule) ?? {};
      const expected = said.flatMap((line) =>
        line.split("; ").map((one) => `${level} ${rule} ${name}: ${one}`),
      );
      expect(messagesOf(judged, name)).toEqual(expected.sort());
    });
  });

  it("never repeat what they found", () => {
    expect(judged.violations.join("\n")).not.toContain("canary");
  });
});
