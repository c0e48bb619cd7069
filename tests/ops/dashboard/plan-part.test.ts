import { describe, expect, it } from "vitest";
import { listPrices } from "../../../contracts/cost/prices.ts";
import { CostCollector } from "../../../ops/cost.ts";
import { toPlanPart } from "../../../ops/dashboard/plan-part.ts";

describe("toPlanPart", () => {
  const cost = new CostCollector().report(listPrices);
  const urn = "urn:pulumi:dev::trials::docker:index/container:Container::gateway";
  const changes = [{ op: "replace", urn, reasons: ["envs"] }];
  const plan = { changes, summary: { replace: 1, same: 30 }, cost, advice: ["name it"] };

  it("shows what would change and why", () => {
    expect(toPlanPart(plan as Parameters<typeof toPlanPart>[0], new Date(0))).toEqual({
      state: "done",
      at: "1970-01-01T00:00:00.000Z",
      summary: "1 to replace, 30 unchanged",
      changes,
      advice: ["name it"],
    });
  });

  it("shows the estimate where something has a price", () => {
    const priced = { ...plan, cost: { ...cost, monthly: 12, change: 12 } };
    expect(toPlanPart(priced as Parameters<typeof toPlanPart>[0], new Date(0))).toHaveProperty("cost");
  });
});
