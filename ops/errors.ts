export interface UserErrorOptions {
  /** What the person can do about it: one sentence or one command. */
  readonly help?: string;
  readonly cause?: unknown;
}

/** Wrong input, or a state of the machine that a person can mend; printed without a stack. */
export class UserError extends Error {
  override name = "UserError";
  readonly code: string;
  readonly help: string | undefined;

  constructor(code: string, message: string, options: UserErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.help = options.help;
  }
}

/** What was thrown, in one line. */
export function firstLineOf(error: unknown): string {
  return messageOf(error).split("\n")[0] ?? "";
}

/** What was thrown, for people. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
