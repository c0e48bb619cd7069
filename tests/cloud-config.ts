const digest = (digit: string) => `sha256:${digit.repeat(64)}`;

/** A whole configuration of the cloud stack, with credentials that open nothing. */
export const cloudConfig = {
  administratorEmail: "admin@trials.example",
  gateway: { host: "api.trials.example", pythonWeight: 0 },
  images: {
    kind: "pinned",
    registry: "registry.example/trials",
    digests: {
      "backend-node": digest("1"),
      "backend-python": digest("2"),
      cache: digest("3"),
      seed: digest("4"),
      planet: digest("5"),
      notebooks: digest("7"),
      "knowledge-graph": digest("6"),
      schema: digest("8"),
      parity: digest("9"),
      migration: digest("a"),
    },
  },
  kubernetes: { documentEgress: ["10.60.0.0/20"] },
  atlas: {
    clientId: "mdb_sa_id_0123456789abcdef01234567",
    project: { kind: "create", orgId: "0123456789abcdef01234567" },
    cluster: { kind: "dedicated", region: "EU_WEST_1" },
  },
  graph: { mode: "external", egress: ["10.61.0.0/24"] },
  atlasClientSecret: "canary-atlas-client-secret",
  graphCredentials: [
    "# Wait 60 seconds before connecting",
    "NEO4J_URI=neo4j+s://0a1b2c3d.databases.neo4j.io",
    "NEO4J_USERNAME=neo4j",
    "NEO4J_PASSWORD=canary-graph-password",
    "AURA_INSTANCEID=0a1b2c3d",
    "AURA_INSTANCENAME=trials",
  ].join("\n"),
};

/** Its secret keys, as the engine names them. */
export const cloudSecretKeys = ["trials:atlasClientSecret", "trials:graphCredentials"];

/** The configuration as the engine hands it to the program. */
export function cloudOverrides(changes: { readonly [key: string]: unknown } = {}): { [key: string]: string } {
  return Object.fromEntries(
    Object.entries({ ...cloudConfig, ...changes }).map(([key, value]) => [
      `trials:${key}`,
      typeof value === "string" ? value : JSON.stringify(value),
    ]),
  );
}
