/** What to do about a refusal, by the reason that the API gives. */
const HELP_BY_REASON: { readonly [reason: string]: string } = {
  "missing-billing-details": "Add billing details to the tenant in the Aura console.",
  "tenant-not-found": "Check `tenantId`: the API key must be allowed to use that tenant.",
  "tenant-incapable-of-action":
    "Choose a type, region and memory among the tenant's instance configurations, or ask Neo4j to enable this one.",
  "encryption-key-not-found": "Check `customerManagedKeyId`: the key must belong to the same tenant.",
  "encryption-key-is-active": "Detach the key from its instances first.",
  "db-not-found": "It was deleted outside of this program: `pulumi refresh` takes note of that.",
  "ongoing-database-operation": "Run the command again when the operation has ended.",
  "snapshot-not-found": "Check `restoreFrom`: the data snapshot must belong to the instance that it names.",
  "quota-exceeded": "Delete an instance that is not needed, or ask Neo4j to raise the tenant's quota.",
};

const HELP_BY_STATUS: { readonly [status: number]: string } = {
  400: "Correct the property named.",
  401: "Check `aura:clientId` and `aura:clientSecret` (or AURA_CLIENT_ID and AURA_CLIENT_SECRET), or make a new API key.",
  402: "Check the tenant's billing in the Aura console.",
  403: "Give the API key's user the role that this needs, or lift the tenant's quota.",
  404: "It may have been deleted outside of this program: `pulumi refresh` takes note of that.",
  409: "Run the command again when what is going on has ended.",
  429: "Run the command again in a minute: the API takes 125 requests a minute.",
};

const HELP_OF_SERVER = "Aura has a fault: run the command again later (https://status.neo4j.io).";

/** What the API said no with. Reasons and statuses that were not verified: docs of the simulator. */
export class AuraError extends Error {
  readonly status: number;
  readonly reason: string | undefined;
  readonly help: string;

  constructor(answer: {
    status: number;
    message: string;
    reason?: string | undefined;
    requestId?: string | undefined;
  }) {
    const { status, reason, requestId } = answer;
    const marks = [String(status), reason, requestId && `request ${requestId}`].filter(Boolean).join(", ");
    const help = HELP_BY_REASON[reason ?? ""] ?? HELP_BY_STATUS[status] ?? HELP_OF_SERVER;
    super(`${answer.message.replace(/\.$/, "")} (${marks}). ${help}`);
    this.status = status;
    this.reason = reason;
    this.help = help;
  }

  /** The object is not there. */
  get isGone(): boolean {
    return this.status === 404 && this.reason !== "tenant-not-found";
  }

  /** The object is busy and may take the request later. */
  get isBusy(): boolean {
    return this.reason === "ongoing-database-operation";
  }
}

/** The request was sent, and nobody knows whether it took effect. */
export class UnknownOutcome extends Error {}

/** Aura could not be asked for a token, again and again: no request was sent. */
export class Unreachable extends Error {}

/** Reads the body of a refusal: `{errors: [{message, reason}]}` or `{error}`. */
export function toAuraError(status: number, text: string, requestId: string | undefined): AuraError {
  const body = parse(text);
  const first = body.errors?.[0];
  const message = first?.message ?? body.error ?? `Aura answered with status ${status}`;
  return new AuraError({ status, message, reason: first?.reason, requestId });
}

interface RefusalBody {
  readonly errors?: readonly { readonly message?: string; readonly reason?: string }[];
  readonly error?: string;
}

function parse(text: string): RefusalBody {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === "object" && body !== null ? body : {};
  } catch {
    return {};
  }
}
