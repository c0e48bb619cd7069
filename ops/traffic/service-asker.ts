import type { StackOutputs } from "../../contracts/stack-outputs.ts";
import { clusterOf } from "../cluster-access.ts";
import type { OpenStack } from "../stack.ts";
import { askInside } from "./inside.ts";

/** What a service's instances answer, by their names. */
export type Answers = ReadonlyMap<string, string>;

/** Asks services for pages that they publish nowhere. */
export interface ServiceAsker {
  /** Asks every instance that takes requests; there is one at least. @throws UserError `not-answering` */
  ask(service: string, port: number, path: string): Promise<Answers>;
}

/** Asks in containers; on a cloud stack by the proxy of the API server that its settings name. */
export async function openAsker(
  { stack, project }: Pick<OpenStack, "stack" | "project">,
  { services, cloud }: Pick<StackOutputs, "services" | "cloud">,
): Promise<ServiceAsker> {
  if (cloud === undefined) return dockerAsker(services);
  const { clusterAsker } = await import("./cluster-asker.ts");
  const { loadKubeConfig } = await import("../kube-config.ts");
  const cluster = loadKubeConfig(clusterOf(await stack.getAllConfig(), project));
  return clusterAsker(cluster, cloud.namespace);
}

/** Each service is one container. */
export function dockerAsker(services: { readonly [role: string]: { readonly name: string } }): ServiceAsker {
  return {
    async ask(service, port, path) {
      const container = services[service]?.name ?? service;
      return new Map([[container, await askInside(container, port, path)]]);
    },
  };
}

/** The answer of a service that has one instance; while it is replaced, of either. */
export async function askOne(
  asker: ServiceAsker,
  service: string,
  where: { readonly port: number; readonly path: string },
): Promise<string> {
  const [answer = ""] = (await asker.ask(service, where.port, where.path)).values();
  return answer;
}
