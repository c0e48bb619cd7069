/** What stands in place of a secret. */
export const SECRET = "[secret]";

const SECRET_NAME = /pass(word|phrase)|secret|token|credential|private_?key|api_?key/i;

/** Shorter values are words that stand in any text. */
const SHORTEST = 6;

/** Values of environment variables whose names say that they are secret. */
export function secretsOf(env: { readonly [name: string]: string | undefined }): string[] {
  return Object.entries(env).flatMap(([name, value = ""]) =>
    SECRET_NAME.test(name) && !name.endsWith("_FILE") && value.length >= SHORTEST ? [value] : [],
  );
}

/** A text without the given secrets, logins in URLs, and what follows a flag or a key that names a secret. */
export function redact(text: string, secrets: readonly string[]): string {
  const known = secrets.reduce((rest, secret) => rest.replaceAll(secret, SECRET), text);
  return known
    .replaceAll(/([a-z][a-z0-9+.-]*:\/\/)[^\s/@]+@/gi, `$1${SECRET}@`)
    .replaceAll(/((?:pass(?:word|phrase)|secret|token)["']?\s*[=:]\s*["']?)[^\s"',}]+/gi, `$1${SECRET}`);
}

/** A command line without values of flags that name a secret: `--token=…` and `--token …`. */
export function redactArguments(argv: readonly string[], secrets: readonly string[]): string[] {
  return argv.map((word, index) => {
    const before = argv[index - 1] ?? "";
    const isValue = before.startsWith("--") && !before.includes("=") && SECRET_NAME.test(before);
    return isValue && !word.startsWith("-") ? SECRET : redact(word, secrets);
  });
}
