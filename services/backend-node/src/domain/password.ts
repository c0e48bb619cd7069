import { argon2, randomBytes, timingSafeEqual } from "node:crypto";

interface Parameters {
  readonly memory: number;
  readonly passes: number;
  readonly parallelism: number;
}

// OWASP's first choice for Argon2id; changed values apply to new hashes, old ones name their own.
const CURRENT: Parameters = { memory: 19_456, passes: 2, parallelism: 1 };
const PHC = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;

/** An Argon2id hash in the PHC string format, which every Argon2 library reads. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const tag = await derive(password, { salt, tagLength: 32, parameters: CURRENT });
  const { memory, passes, parallelism } = CURRENT;
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${unpadded(salt)}$${unpadded(tag)}`;
}

/** Whether the password made the hash. */
export async function verifyPassword(hash: string, password: string): Promise<boolean> {
  const match = PHC.exec(hash);
  if (match === null) return false;
  const [, memory, passes, parallelism, salt = "", tag = ""] = match;
  const expected = Buffer.from(tag, "base64");
  const actual = await derive(password, {
    salt: Buffer.from(salt, "base64"),
    tagLength: expected.length,
    parameters: { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) },
  });
  return timingSafeEqual(actual, expected);
}

function derive(
  password: string,
  { salt, tagLength, parameters }: { salt: Buffer; tagLength: number; parameters: Parameters },
): Promise<Buffer> {
  const options = { message: password, nonce: salt, tagLength, ...parameters };
  return new Promise((resolve, reject) => {
    argon2("argon2id", options, (error, tag) => (error ? reject(error) : resolve(tag)));
  });
}

function unpadded(bytes: Buffer): string {
  return bytes.toString("base64").replaceAll("=", "");
}
