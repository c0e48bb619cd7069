interface Advice {
  readonly status?: number;
  readonly codes?: RegExp;
  readonly text: string;
}

/** What a person can do about refusals, the first that fits. Codes are those of the Admin API. */
const ADVICE: readonly Advice[] = [
  {
    codes: /TERMINATION_PROTECTION_ENABLED/,
    text: "Set terminationProtectionEnabled to false, update, then delete again",
  },
  {
    codes: /^(DUPLICATE_|GROUP_ALREADY_EXISTS|USER_ALREADY_EXISTS|.*_ALREADY_EXISTS$)/,
    text: "The name is taken: choose another one, or take what is there over with `pulumi import`",
  },
  {
    codes: /^NO_PAYMENT_INFORMATION_FOUND$/,
    text: "Add a way to pay to the organization in Atlas (Billing), then update again",
  },
  {
    codes: /(LIMIT_REACHED|LIMIT_EXCEEDED|^MAX_|_QUOTA_|TOO_MANY_)/,
    text: "A quota is used up: delete what is not needed, or have Atlas raise the project's limit, then update again",
  },
  {
    codes: /^CANNOT_UPDATE_PAUSED_CLUSTER$/,
    text: "Set paused to false and update before anything else is changed",
  },
  {
    codes: /^CANNOT_PAUSE_RECENTLY_RESUMED_CLUSTER$/,
    text: "A cluster can be paused an hour after it was resumed: update again then",
  },
  {
    codes: /^CANNOT_CLOSE_GROUP_/,
    text: "Delete what the project still holds, also what is not part of this stack",
  },
  { codes: /^CONTAINERS_IN_USE$/, text: "Delete the clusters and peerings of the container first" },
  {
    codes: /^USER_UNAUTHORIZED$/,
    text: "The credentials lack a role for this: give it to them in Atlas, or use others",
  },
  {
    status: 401,
    text: "The credentials are wrong or have expired, or may not call from this address: check clientId and clientSecret (or the keys, or the token) of the mongodbatlas provider and their API access list",
  },
  {
    status: 403,
    text: "The credentials lack a role for this, or may not call from this address: check their roles and API access list in Atlas",
  },
  { status: 402, text: "Check the organization's payment in Atlas (Billing), then update again" },
  {
    status: 429,
    text: "Atlas asks for fewer calls: wait a minute, then update again; what is done so far is recorded",
  },
];

const LATER = "Atlas is out of order at the moment: update again later; what is done so far is recorded";

/** What to do about an answer of Atlas; "" where nobody knows. */
export function adviceOn(status: number, code: string): string {
  const found = ADVICE.find(
    (each) => (each.codes?.test(code) ?? true) && (each.status === undefined || each.status === status),
  );
  if (found !== undefined) return found.text;
  return status >= 500 ? LATER : "";
}
