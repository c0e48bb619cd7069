import type { Deployment } from "@pulumi/pulumi/automation/index.js";
import type { Settings, StackContext } from "../../../ops/doctor/stack-check.ts";
import { captureOutput } from "../output.ts";

/** What a test says of a stack. */
export interface Told {
  readonly root?: string;
  readonly backend?: string;
  /** The recorded state; absent: the stack was never brought up. */
  readonly deployment?: object;
  /** What reading the state fails with. */
  readonly failure?: string;
  readonly settings?: Settings;
}

/** The context of a stack `dev` that is as told. */
export function contextOf(told: Told = {}): StackContext {
  return {
    stack: "dev",
    project: "trials",
    root: told.root ?? "/nowhere",
    backend: told.backend ?? "file:///nowhere",
    output: captureOutput(),
    open: async () => undefined,
    state: async () => {
      if (told.failure !== undefined) throw new Error(told.failure);
      const { deployment } = told;
      return deployment === undefined ? undefined : ({ version: 3, deployment } as unknown as Deployment);
    },
    settings: async () => told.settings ?? {},
  };
}
