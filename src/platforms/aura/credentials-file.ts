/** How to reach a graph database and log in. */
export interface AuraConnection {
  readonly uri: string;
  readonly username: string;
  readonly password: string;
  readonly database: string;
  readonly instanceId: string;
}

export interface ConnectionRules {
  /** Accepts unencrypted `bolt` and `neo4j` too: for rehearsals on one machine, never for production. @default false */
  readonly plain?: boolean;
}

const REQUIRED = ["NEO4J_URI", "NEO4J_USERNAME", "NEO4J_PASSWORD"] as const;
const DEFAULT_DATABASE = "neo4j";

/**
 * Reads the text of the credentials file that Aura hands out when it makes an instance.
 *
 * Messages name lines and keys, never values: the text is secret.
 *
 * @throws Error with every problem of the text.
 */
export function parseCredentialsFile(text: string, rules: ConnectionRules = {}): AuraConnection {
  const { values, problems } = readLines(text);
  const missing = REQUIRED.filter((key) => (values.get(key) ?? "") === "").map((key) => `${key} is missing`);
  const found = [...problems, ...missing];
  if (found.length > 0) throw refuse(found);
  const read = (key: string) => values.get(key) ?? "";
  const uri = read("NEO4J_URI");
  return checkConnection(
    {
      uri,
      username: read("NEO4J_USERNAME"),
      password: read("NEO4J_PASSWORD"),
      database: read("NEO4J_DATABASE") || DEFAULT_DATABASE,
      instanceId: read("AURA_INSTANCEID") || instanceIdOf(uri),
    },
    rules,
  );
}

/**
 * Checks a connection by the rules of the credentials file.
 *
 * @throws Error with every problem.
 */
export function checkConnection(connection: AuraConnection, rules: ConnectionRules = {}): AuraConnection {
  const { uri, username, password, instanceId } = connection;
  const empty = Object.entries({ username, password })
    .filter(([, value]) => value === "")
    .map(([key]) => `the ${key} is empty`);
  const problems = [...empty, ...uriProblems(uri, { instanceId, plain: rules.plain === true })];
  if (problems.length > 0) throw refuse(problems);
  return connection;
}

/** The instance's id as the host name begins with it: `neo4j+s://<id>.databases.neo4j.io`; "" where there is none. */
export function instanceIdOf(uri: string): string {
  return URL.canParse(uri) ? (/^([0-9a-f]{8})(?=[.-])/.exec(new URL(uri).hostname)?.[1] ?? "") : "";
}

function readLines(text: string) {
  const values = new Map<string, string>();
  const problems: string[] = [];
  for (const [index, raw] of text
    .replace(/^\uFEFF/, "")
    .split(/\r?\n|\r/)
    .entries()) {
    const line = raw.trim();
    if (line === "" || line.startsWith("#")) continue;
    const at = line.indexOf("=");
    const key = line.slice(0, Math.max(at, 0)).trim();
    if (key === "") problems.push(`line ${index + 1} is neither a comment nor KEY=value`);
    else if (values.has(key)) problems.push(`line ${index + 1} sets ${key} again`);
    else values.set(key, unquote(line.slice(at + 1).trim()));
  }
  return { values, problems };
}

function unquote(value: string): string {
  return /^(["']).*\1$/.test(value) && value.length > 1 ? value.slice(1, -1) : value;
}

function uriProblems(uri: string, { instanceId, plain }: { instanceId: string; plain: boolean }): string[] {
  if (!URL.canParse(uri)) return ["the URI is not one (expected neo4j+s://<id>.databases.neo4j.io)"];
  const { protocol, hostname, username, password } = new URL(uri);
  const scheme = protocol.slice(0, -1);
  const allowed = plain ? ["neo4j+s", "neo4j", "bolt"] : ["neo4j+s"];
  const problems: string[] = [];
  if (!allowed.includes(scheme)) {
    problems.push(`the URI's scheme is ${scheme}; allowed: ${allowed.join(", ")}${reasonAgainst(scheme)}`);
  }
  if (hostname === "") problems.push("the URI has no host");
  if (username !== "" || password !== "")
    problems.push("the URI carries a login; it belongs in its own keys");
  const host = instanceIdOf(uri);
  if (scheme === "neo4j+s" && hostname !== "" && (host === "" || host !== instanceId)) {
    problems.push(
      `the URI's host ${hostname} does not begin with the instance's id ${instanceId || "(none)"}`,
    );
  }
  return problems;
}

function reasonAgainst(scheme: string): string {
  if (scheme.endsWith("+ssc")) return " (+ssc trusts any certificate)";
  return ["neo4j", "bolt"].includes(scheme) ? " (without +s nothing is encrypted)" : "";
}

function refuse(problems: readonly string[]): Error {
  return new Error(
    `the Aura credentials cannot be used: ${problems.join("; ")}. ` +
      "Give the text of the file that Aura offered for download when the instance was made " +
      "(Neo4j-<id>-Created-<date>.txt), unchanged.",
  );
}
