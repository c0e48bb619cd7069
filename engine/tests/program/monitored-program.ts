import { expect } from "vitest";
import type { PropertyMap } from "../../src/protocol/property-value.ts";
import { FakeDeployment } from "./fake-deployment.ts";
import {
  functionProgram,
  type MonitorClient,
  type RegisterMessage,
  registerMessage,
} from "./monitor-client.ts";
import { type RunOptions, run } from "./run-program.ts";

export const STACK = "urn:pulumi:dev::shop::pulumi:pulumi:Stack::shop-dev";
export const A = "urn:pulumi:dev::shop::toy:index:Thing::a";

/** Runs `body` as a program; its failures fail the test. */
export async function program(
  body: (client: MonitorClient) => Promise<void>,
  options: Partial<RunOptions> = {},
): Promise<FakeDeployment> {
  const deployment = options.deployment ?? new FakeDeployment();
  const { outcome } = await run({ ...options, deployment, program: functionProgram(body) });
  expect(outcome).toEqual({ kind: "succeeded" });
  return deployment;
}

export const thing = (name: string, inputs?: PropertyMap) => registerMessage("toy:index:Thing", name, inputs);

export function component(name: string): RegisterMessage {
  return registerMessage("shop:index:Group", name).setCustom(false);
}
