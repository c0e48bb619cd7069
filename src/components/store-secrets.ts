import type * as pulumi from "@pulumi/pulumi";
import type { DocumentBinding, GraphBinding } from "../../contracts/binding.ts";

/** How a job is told the databases that it works on. */
export function storeSecrets(
  documents: pulumi.Output<DocumentBinding>,
  graph: pulumi.Output<GraphBinding>,
): { readonly [name: string]: pulumi.Output<string> } {
  return {
    MONGODB_URL: documents.url,
    MONGODB_DATABASE: documents.database,
    NEO4J_URL: graph.url,
    NEO4J_USER: graph.user,
    NEO4J_PASSWORD: graph.password,
    NEO4J_DATABASE: graph.database,
  };
}
