/** What is wrong with one part of a request. */
export interface FieldProblem {
  /** JSON pointer into the request: /query/limit, /body/email, /path/nctId. */
  readonly pointer: string;
  readonly code: string;
  readonly message: string;
}

const PROBLEMS = {
  "bad-request": { status: 400, title: "Bad request" },
  unauthorized: { status: 401, title: "Unauthorized" },
  "not-found": { status: 404, title: "Not found" },
  "payload-too-large": { status: 413, title: "Payload too large" },
  "unsupported-media-type": { status: 415, title: "Unsupported media type" },
  validation: { status: 422, title: "The request is not valid" },
  "rate-limited": { status: 429, title: "Too many requests" },
  internal: { status: 500, title: "Internal error" },
  "dependency-down": { status: 503, title: "A dependency is down" },
} as const;

/** The kinds of problem that the service answers with; `/problems/<kind>` is the type URI. */
export type ProblemKind = keyof typeof PROBLEMS;

interface ProblemOptions {
  readonly errors?: readonly FieldProblem[];
  readonly headers?: Readonly<Record<string, string>>;
  readonly cause?: unknown;
}

/** An answer that is not a success, as RFC 9457 describes it. */
export class Problem extends Error {
  readonly kind: ProblemKind;
  readonly errors: readonly FieldProblem[];
  readonly headers: Readonly<Record<string, string>>;

  constructor(kind: ProblemKind, detail: string, options: ProblemOptions = {}) {
    super(detail, { cause: options.cause });
    this.name = "Problem";
    this.kind = kind;
    this.errors = options.errors ?? [];
    this.headers = options.headers ?? {};
  }

  get status(): number {
    return PROBLEMS[this.kind].status;
  }
}

/** The problem of a request whose parts do not fit the contract, told all at once. */
export function validationProblem(errors: readonly FieldProblem[]): Problem {
  const sorted = [...errors].sort((a, b) => (a.pointer < b.pointer ? -1 : a.pointer > b.pointer ? 1 : 0));
  return new Problem("validation", "Some parts of the request are not valid; see errors.", {
    errors: sorted,
  });
}

/** The problem of a request to an address that leads nowhere. */
export function nothingHere(): Problem {
  return new Problem("not-found", "There is nothing at this address.");
}

/** The body of a problem answer. */
export function problemBody(problem: Problem, request: { path: string; id: string }): object {
  const { status, title } = PROBLEMS[problem.kind];
  return {
    type: `/problems/${problem.kind}`,
    title,
    status,
    detail: problem.message,
    instance: request.path,
    requestId: request.id,
    ...(problem.errors.length > 0 && { errors: problem.errors }),
  };
}
