import { setTimeout } from "node:timers/promises";
import type { Deployment } from "@pulumi/pulumi/automation/index.js";
import { type Finding, failed } from "../bootstrap/doctor/check.ts";
import { failureLine } from "../failure.ts";
import type { OpenStack } from "../stack.ts";
import type { Output } from "../verb.ts";

/** What the doctor knows of a stack. What is asked for twice is looked up once. */
export interface StackContext {
  readonly stack: string;
  readonly project: string;
  /** Root of the checkout. */
  readonly root: string;
  /** As `PULUMI_BACKEND_URL` has it. */
  readonly backend: string;
  readonly output: Output;
  /** Undefined where the stack was never brought up. */
  open(): Promise<OpenStack | undefined>;
  /** The recorded state, its secrets opened. */
  state(): Promise<Deployment | undefined>;
  /** Settings by their names without the project; secrets opened. */
  settings(): Promise<Settings>;
}

export type Settings = { readonly [name: string]: unknown };

/** One thing that a stack needs. Changes nothing. */
export interface StackCheck {
  readonly name: string;
  run(context: StackContext): Promise<Finding>;
  /** Milliseconds that it may take. @default PATIENCE */
  readonly patience?: number;
}

const PATIENCE = 20_000;

/** Runs a check in bounded time; whatever happens in it is a finding. */
export async function runCheck(
  check: StackCheck,
  context: StackContext,
): Promise<Finding & { readonly name: string }> {
  const { name, patience = PATIENCE } = check;
  const again = `./infra doctor ${context.stack}`;
  const controller = new AbortController();
  const late = setTimeout(patience, failed(`no answer within ${patience / 1000} s`, again), {
    signal: controller.signal,
  });
  late.catch(() => undefined);
  try {
    return { name, ...(await Promise.race([check.run(context), late])) };
  } catch (error) {
    return { name, ...failed(failureLine(error), again) };
  } finally {
    controller.abort();
  }
}
