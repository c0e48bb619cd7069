/** What the API can refuse with. `verified` says whether status and reason were seen in a client's source or in documentation. */
interface ErrorRow {
  readonly status: number;
  readonly message: string;
  /** `errors`: `{errors: [{message, reason, field?}]}`; `error`: `{error}`. @default "errors" */
  readonly shape?: "error";
  readonly verified: boolean;
}

/** The one table of refusals, by reason. A correction against the live API is a change of a row. */
export const ERRORS = {
  "db-not-found": { status: 404, message: "The database does not exist", verified: true },
  "ongoing-database-operation": {
    status: 409,
    message: "The database has an operation going on; try again when it has ended",
    verified: true,
  },
  "tenant-not-found": { status: 404, message: "The tenant does not exist", verified: true },
  "tenant-incapable-of-action": {
    status: 403,
    message: "The tenant may not do this with this configuration",
    verified: false,
  },
  "missing-billing-details": {
    status: 400,
    message: "The tenant has no billing details",
    verified: true,
  },
  "encryption-key-not-found": { status: 404, message: "The encryption key does not exist", verified: false },
  "server-err": { status: 500, message: "The server failed", verified: false },
  "service-unavailable": { status: 503, message: "The service is not available", verified: false },
  "rate-limited": { status: 429, message: "Too many requests", verified: false },
  "invalid-request": { status: 400, message: "The request is not valid", verified: false },
  "snapshot-not-found": { status: 404, message: "The snapshot does not exist", verified: false },
  "snapshot-not-usable": { status: 400, message: "The snapshot is not complete", verified: false },
  "quota-exceeded": { status: 403, message: "The tenant has reached its quota", verified: false },
  "invalid-database-state": {
    status: 409,
    message: "The database is not in a state that allows this",
    verified: false,
  },
  "route-not-found": { status: 404, message: "There is no such route", verified: false },
  "invalid-client": {
    status: 401,
    message: "The client id or the client secret is wrong",
    shape: "error",
    verified: false,
  },
  "invalid-token": { status: 401, message: "The token is missing or unknown", verified: false },
  "expired-token": { status: 403, message: "The token has expired", shape: "error", verified: false },
} as const satisfies { readonly [reason: string]: ErrorRow };

export type Reason = keyof typeof ERRORS;

/** A refusal on its way to the client. */
export class Refusal extends Error {
  readonly reason: Reason;
  readonly field: string | undefined;

  constructor(reason: Reason, details: { message?: string; field?: string } = {}) {
    super(details.message ?? ERRORS[reason].message);
    this.reason = reason;
    this.field = details.field;
  }

  get status(): number {
    return ERRORS[this.reason].status;
  }

  get body(): object {
    const row: ErrorRow = ERRORS[this.reason];
    if (row.shape === "error") return { error: this.message };
    const field = this.field === undefined ? {} : { field: this.field };
    return { errors: [{ message: this.message, reason: this.reason, ...field }] };
  }
}
