import { EngineError, messageOf, ProviderError } from "../errors.ts";
import { PartialFailure } from "../providers/provider.ts";
import type { ResourceState } from "../state/resource.ts";
import { type ErrorHookCall, type HookCall, HookRegistry, type ResourceHook } from "./hook-registry.ts";
import { failureText, type Reporter } from "./reporter.ts";

/** How often a step is tried at most, however often hooks ask for more. */
const MOST_TRIES = 100;

/** A hook that must not fail did, or is not there. */
export class HookFailure extends EngineError {
  override name = "HookFailure";
}

/** What an error hook is told whatever the failures are. */
export type FailedCall = Omit<ErrorHookCall, "phase" | "errors">;

export interface HookRunnerOptions {
  readonly preview: boolean;
  readonly reporter: Pick<Reporter, "error" | "warning">;
  /** Called when an after hook has failed: its step is done nevertheless, the operation fails at its end. */
  readonly afterHookFailed: () => void;
}

/** Runs the hooks of resources around their steps. */
export class HookRunner {
  readonly registry = new HookRegistry();
  private readonly options: HookRunnerOptions;

  constructor(options: HookRunnerOptions) {
    this.options = options;
  }

  /** Where a hook fails the step must not be carried out. @throws HookFailure */
  async before(call: HookCall): Promise<void> {
    for (const name of namesOf(call)) await this.run(name, call);
  }

  /** What is done is done: a failure is told, and makes the operation fail at its end. */
  async after(call: HookCall): Promise<void> {
    try {
      for (const name of namesOf(call)) await this.run(name, call);
    } catch (error) {
      this.options.reporter.error(subject(call).urn, messageOf(error));
      this.options.afterHookFailed();
    }
  }

  private async run(name: string, call: HookCall): Promise<void> {
    const hook = this.registry.find(name);
    if (hook === undefined) throw new HookFailure(`hook ${JSON.stringify(name)} was not registered`);
    if (this.options.preview && !hook.onDryRun) return;
    try {
      await hook.run(call);
    } catch (error) {
      this.tell(hook, call, error);
    }
  }

  private tell(hook: ResourceHook, call: HookCall, error: unknown): void {
    const failed = `hook ${JSON.stringify(hook.name)} failed: ${messageOf(error)}`;
    if (!hook.ignoreErrors) {
      const when = call.phase.startsWith("Before") ? "before" : "after";
      throw new HookFailure(`${when} ${failed}`, { cause: error });
    }
    this.options.reporter.warning(subject(call).urn, `${call.phase} ${failed}`);
  }

  /** Does the work of a step, again and again as long as it fails and an error hook of the resource asks for it. */
  async retrying<T>(call: FailedCall, work: () => Promise<T>): Promise<T> {
    let errors: readonly string[] = [];
    for (;;) {
      try {
        return await work();
      } catch (error) {
        errors = [error instanceof Error ? failureText(error) : String(error), ...errors];
        await this.giveUpUnlessRetried({ ...call, phase: "OnError", errors }, error);
      }
    }
  }

  private async giveUpUnlessRetried(call: ErrorHookCall, error: unknown): Promise<void> {
    const { urn } = subject(call);
    const { reporter } = this.options;
    const tries = call.errors.length;
    if (tries >= MOST_TRIES) {
      reporter.warning(urn, `maximum number of error hook retries (${MOST_TRIES}) reached`);
      throw exhausted(call, error);
    }
    if (!(await this.isRetryWanted(call, error))) throw error;
    reporter.warning(
      urn,
      `retrying ${call.failedOperation} due to on-error hook request (${tries}/${MOST_TRIES})`,
    );
  }

  /** Each error hook is asked; one is enough. */
  private async isRetryWanted(call: ErrorHookCall, cause: unknown): Promise<boolean> {
    let wanted = false;
    for (const name of namesOf(call)) {
      const hook = this.registry.findErrorHook(name);
      const quoted = `error hook ${JSON.stringify(name)}`;
      if (hook === undefined) throw this.hookFailed(call, cause, `${quoted} was not registered`);
      try {
        wanted = (await hook.run(call)) || wanted;
      } catch (error) {
        throw this.hookFailed(call, cause, `${quoted} failed: ${messageOf(error)}`);
      }
    }
    return wanted;
  }

  /** Of a delete only its own failure is told. */
  private hookFailed(call: ErrorHookCall, cause: unknown, why: string): unknown {
    if (call.failedOperation === "delete") return cause;
    return instead(cause, `error hooks execution failed: ${why}`, statusOf(cause));
  }
}

/** Told without the reasons; what there is in part is recorded with them nevertheless. Only a delete is as grave as its last failure. */
function exhausted({ failedOperation }: FailedCall, cause: unknown): Error {
  const message = "maximum number of error hook retries reached";
  if (cause instanceof PartialFailure) return cause.with({ told: "message" }, message);
  const status = failedOperation === "delete" ? statusOf(cause) : "ok";
  return new ProviderError(message, { status, cause });
}

function statusOf(error: unknown): ProviderError["status"] {
  return error instanceof ProviderError ? error.status : "unknown";
}

/** The error to tell in place of another. An object that is there in part must be recorded: such a failure is told itself. */
function instead(error: unknown, message: string, status: ProviderError["status"]): unknown {
  return error instanceof PartialFailure ? error : new ProviderError(message, { status, cause: error });
}

/** A step that deletes has the hooks of what is recorded, every other those that the program says. */
function namesOf(call: HookCall): readonly string[] {
  return subject(call).resourceHooks[call.phase] ?? [];
}

function subject(call: HookCall): ResourceState {
  const state = call.new ?? call.old;
  if (state === undefined) throw new HookFailure("a hook runs around a step without a resource");
  return state;
}
