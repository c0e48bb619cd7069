/**
 * The engine's errors.
 *
 *     EngineError
 *     ├── UserError       wrong input or a situation that a person can mend: printed without a stack
 *     └── ProviderError   a provider said no, or did not answer
 *
 * A broken invariant throws through `invariant()` and is always a bug.
 */
export class EngineError extends Error {
  override name = "EngineError";
}

export interface UserErrorOptions {
  /** What the person can do about it: one sentence or one command. */
  readonly help?: string;
  /** The process exit code; see ENGINE exit codes in engine/README.md. @default 1 */
  readonly exitCode?: number;
  readonly cause?: unknown;
}

/** Wrong input, or a state of the world that a person can mend. `code` names it in the error table of the docs. */
export class UserError extends EngineError {
  override name = "UserError";
  readonly code: string;
  readonly help: string | undefined;
  readonly exitCode: number;
  constructor(code: string, message: string, options: UserErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.help = options.help;
    this.exitCode = options.exitCode ?? 1;
  }

  /** The same error, with what was being done (or on what) before its message. */
  during(doing: string): UserError {
    const { code, message, help, exitCode } = this;
    const kept = help === undefined ? { exitCode } : { exitCode, help };
    return new UserError(code, `${doing}: ${message}`, { ...kept, cause: this });
  }
}

/** The error, with what was being done before its message where it is for people. */
export function whileDoing(what: string, error: unknown): unknown {
  return error instanceof UserError ? error.during(what) : error;
}

/** Work whose errors say what was being done. */
export async function doing<Result>(what: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw whileDoing(what, error);
  }
}

/** What became of the object that a failed provider call was about. */
export type FailureStatus =
  /** Nothing happened to it. */
  | "ok"
  /** The call may or may not have happened. */
  | "unknown";

/** What a provider finds wrong with one of the inputs it was given. */
export interface InputProblem {
  /** A property path. */
  readonly path: string;
  readonly reason: string;
}

export interface ProviderErrorOptions {
  readonly status?: FailureStatus;
  readonly unimplemented?: boolean;
  readonly inputs?: readonly InputProblem[];
  readonly abandoned?: boolean;
  readonly cause?: unknown;
}

/** A provider refused or failed. */
export class ProviderError extends EngineError {
  override name = "ProviderError";
  readonly status: FailureStatus;
  /** True where the provider does not implement the call (gRPC UNIMPLEMENTED). */
  readonly unimplemented: boolean;
  /** Which inputs are the reason, where the provider says so. */
  readonly inputs: readonly InputProblem[];
  /** True where the engine gave the call up without an answer: the operation stays pending in the state. */
  readonly abandoned: boolean;
  constructor(message: string, options: ProviderErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.status = options.status ?? "unknown";
    this.unimplemented = options.unimplemented ?? false;
    this.inputs = options.inputs ?? [];
    this.abandoned = options.abandoned ?? false;
  }
}

/** Aborts when a condition that the code relies on does not hold. */
export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`broken invariant: ${message}`);
}

/** Closes a `switch` over a union: a new member becomes a type error. */
export function assertNever(value: never): never {
  throw new Error(`broken invariant: unexpected value ${JSON.stringify(value)}`);
}

/** What an error says, or whatever was thrown in place of one. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
