import { expect, inject, it } from "vitest";
import { Checkout } from "../checkout.ts";

const { project, folder } = inject("operations");
const checkout = new Checkout(project, folder);

it("starts from an environment with nothing to do and without the analytics", async () => {
  const ran = await checkout.infra("preview", "dev", "--json");
  const { summary } = JSON.parse(ran.stdout) as { summary: { [op: string]: number } };
  expect(Object.keys(summary)).toEqual(["same"]);
  const outputs = await checkout.infra("outputs", "dev", "--json");
  expect(Object.keys((JSON.parse(outputs.stdout) as { services: object }).services)).not.toContain("planet");
});
