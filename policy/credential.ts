/** Names that promise a secret: the word has to end the name, `passwordLength` and `secretName` promise none. */
const NAMES =
  /(password|passwd|passphrase|secret|token|credentials?|(api|private|access|signing|encryption|jwt|cursor)[-_]?key)$/i;

const VALUES: readonly (readonly [RegExp, string])[] = [
  [/[a-z][a-z0-9+.-]*:\/\/[^\s/:@]*:[^\s/@$]+@/i, "a connection string with a password"],
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----/, "a private key"],
  [/\bAKIA[0-9A-Z]{16}\b/, "an access key of AWS"],
  [/\bgh[pousr]_[A-Za-z0-9]{36,}/, "a token of GitHub"],
  [/\bmdb_sa_sk_[A-Za-z0-9_-]{20,}/, "a secret of an Atlas service account"],
  [/\bpul-[0-9a-f]{40}\b/, "a token of Pulumi Cloud"],
  [/\bxox[abprs]-[A-Za-z0-9-]{10,}/, "a token of Slack"],
  [/\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}/, "a signed token"],
  [/^NEO4J_PASSWORD=/m, "credentials of Aura"],
];

/** True for the name of something secret, such as `apiKey` or `ADMIN_PASSWORD`. */
export function isCredentialName(name: string): boolean {
  return NAMES.test(name);
}

/** What a text looks like, where it looks like a credential. Never the text itself: reports are not secret. */
export function credentialIn(text: string): string | undefined {
  return VALUES.find(([pattern]) => pattern.test(text))?.[1];
}
