import { UserError } from "../errors.ts";
import type { HookPhase, ResourceState } from "../state/resource.ts";

/** What a hook is told about the step around which it runs. `old` or `new` is undefined where the step has none. */
export interface HookCall {
  readonly phase: HookPhase;
  readonly old: ResourceState | undefined;
  readonly new: ResourceState | undefined;
}

/** What an error hook is told besides. */
export interface ErrorHookCall extends HookCall {
  readonly failedOperation: "create" | "update" | "delete";
  /** The failures so far, the last one first. */
  readonly errors: readonly string[];
}

/** A function of the program that runs before or after a step. */
export interface ResourceHook {
  readonly name: string;
  /** True: it runs in previews, too. */
  readonly onDryRun: boolean;
  /** True: where it fails people are warned, and that is all. */
  readonly ignoreErrors: boolean;
  readonly run: (call: HookCall) => Promise<void>;
}

/** A function of the program that says whether a failed step is tried again. */
export interface ErrorHook {
  readonly name: string;
  readonly run: (call: ErrorHookCall) => Promise<boolean>;
}

/** The hooks that the program has registered in this run. Resources refer to them by name. */
export class HookRegistry {
  private readonly resourceHooks = new Map<string, ResourceHook>();
  private readonly errorHooks = new Map<string, ErrorHook>();

  /** @throws UserError `hook-name-invalid` for a name that is empty or taken by a hook of either kind */
  add(hook: ResourceHook): void {
    this.refuseName(hook.name);
    this.resourceHooks.set(hook.name, hook);
  }

  /** @throws UserError `hook-name-invalid`, as `add` */
  addErrorHook(hook: ErrorHook): void {
    this.refuseName(hook.name);
    this.errorHooks.set(hook.name, hook);
  }

  find(name: string): ResourceHook | undefined {
    return this.resourceHooks.get(name);
  }

  findErrorHook(name: string): ErrorHook | undefined {
    return this.errorHooks.get(name);
  }

  private refuseName(name: string): void {
    if (name === "") throw new UserError("hook-name-invalid", "resource hook name cannot be empty");
    if (!this.resourceHooks.has(name) && !this.errorHooks.has(name)) return;
    const message = `resource hook already registered for name ${JSON.stringify(name)}`;
    throw new UserError("hook-name-invalid", message, { help: "Give each hook a name of its own." });
  }
}
