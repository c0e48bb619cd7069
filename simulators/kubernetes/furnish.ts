import type { KubernetesObject } from "@kubernetes/client-node";
import { type AwaitOptions, awaitTrue } from "./await-server.ts";
import { type ClusterClient, readObjects } from "./cluster-client.ts";
import { fakeNode, gatewayClass, storageClass } from "./cluster-objects.ts";

interface Definition extends KubernetesObject {
  readonly spec: {
    readonly group: string;
    readonly names: { readonly kind: string };
    readonly versions: readonly { readonly name: string; readonly served: boolean }[];
  };
}

/** Adds the custom kinds of the files and waits until clients find them. */
export async function addKinds(
  client: ClusterClient,
  files: readonly string[],
  options: AwaitOptions,
): Promise<void> {
  const definitions = files.flatMap(readObjects) as Definition[];
  await Promise.all(definitions.map((definition) => client.apply(definition)));
  const wanted = definitions.flatMap(({ spec }) =>
    spec.versions
      .filter(({ served }) => served)
      .map(({ name }) => `${spec.group}/${name}/${spec.names.kind}`),
  );
  const areThere = async () => {
    const found = await client.discover();
    return wanted.every((kind) => found.has(kind));
  };
  await awaitTrue("the custom kinds are not served", areThere, options);
}

/** Adds machines, and classes of storage and gateways. */
export async function addNodes(client: ClusterClient, count: number): Promise<void> {
  const nodes = Array.from({ length: count }, (_, index) => fakeNode(index));
  await Promise.all([...nodes, storageClass, gatewayClass].map((object) => client.apply(object)));
}

/** Waits until the machines are ready to take pods. */
export async function awaitNodes(client: ClusterClient, count: number, options: AwaitOptions): Promise<void> {
  const nodes = Array.from({ length: count }, (_, index) => fakeNode(index));
  await Promise.all(
    nodes.map((node) =>
      awaitTrue("a machine is not ready", () => client.hasCondition(node, "Ready"), options),
    ),
  );
}
