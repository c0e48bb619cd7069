/** Id of the instance that stands for one that is not known. */
export const STAND_IN_INSTANCE = "00000000";

/**
 * What stands for a secret setting where nobody can decrypt it, such as in the review of a fork's change: of the shape
 * that the program expects, and of no use to anybody.
 */
export const standInSecrets: { readonly [setting: string]: string } = {
  atlasClientSecret: "not-known",
  auraClientSecret: "not-known",
  registryPassword: "not-known",
  graphCredentials: [
    `NEO4J_URI=neo4j+s://${STAND_IN_INSTANCE}.databases.neo4j.io`,
    "NEO4J_USERNAME=not-known",
    "NEO4J_PASSWORD=not-known",
    `AURA_INSTANCEID=${STAND_IN_INSTANCE}`,
  ].join("\n"),
};
