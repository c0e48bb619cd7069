import type * as kubernetes from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { ServiceDefinition } from "../../catalogue/service-definition.ts";
import type { Scope } from "../platform.ts";
import { labelsOf } from "./labels.ts";

/** Where objects of an environment go. */
export interface Place {
  readonly scope: Scope;
  readonly provider: kubernetes.Provider;
  readonly namespace: pulumi.Output<string>;
}

/**
 * Metadata of an object of a role.
 *
 * Without a name it gets one of its own (and a new one when its content changes), else it is called so.
 */
export function metadataOf(
  { scope, namespace }: Pick<Place, "scope" | "namespace">,
  role: string,
  more: { readonly name?: string; readonly annotations?: { readonly [name: string]: string } } = {},
) {
  return { namespace, labels: { ...labelsOf(scope, role) }, ...more };
}

/** Number of a service's port. */
export function portOf(definition: ServiceDefinition, role: string): number {
  const port = definition.ports[role];
  if (port === undefined) throw new Error(`service ${definition.name} has no port called ${role}`);
  return port;
}
