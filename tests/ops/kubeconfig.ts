import type { Server } from "node:http";
import type { AddressInfo } from "node:net";

/** A kubeconfig for a server of this process, which is the cluster `here`. `contexts`: name -> its cluster. */
export function kubeconfigOf(
  server: Server,
  contexts: { readonly [name: string]: string },
  current: string,
): string {
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const config = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "here", cluster: { server: address, "insecure-skip-tls-verify": true } }],
    users: [{ name: "u", user: {} }],
    contexts: Object.entries(contexts).map(([name, cluster]) => ({ name, context: { cluster, user: "u" } })),
    "current-context": current,
  };
  return JSON.stringify(config, null, 2);
}
