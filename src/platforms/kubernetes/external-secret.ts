import * as kubernetes from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { type Duration, toGoDuration } from "../../quantities.ts";
import { metadataOf, type Place } from "./place.ts";

/** A store outside that some secrets come from, by way of the External Secrets operator. */
export interface SecretStore {
  /** Name of the ClusterSecretStore. */
  readonly name: string;
  readonly refresh: Duration;
  /** Service -> environment variable -> where it is in the store. */
  readonly services: { readonly [service: string]: { readonly [variable: string]: StoreReference } };
}

export interface StoreReference {
  readonly key: string;
  readonly property?: string | undefined;
}

/** Makes the operator keep a Secret for a role; gives the Secret's name, or undefined where the store has nothing for it. */
export function createExternalSecret(
  name: string,
  args: { place: Place; role: string; store: SecretStore },
  opts: pulumi.CustomResourceOptions,
): string | undefined {
  const { place, role, store } = args;
  const references = Object.entries(store.services[role] ?? {});
  if (references.length === 0) return undefined;
  const target = `${role}-external`;
  new kubernetes.apiextensions.CustomResource(
    name,
    {
      apiVersion: "external-secrets.io/v1",
      kind: "ExternalSecret",
      metadata: metadataOf(place, role, {
        name: target,
        annotations: { "pulumi.com/waitFor": "condition=Ready" },
      }),
      spec: {
        refreshInterval: toGoDuration(store.refresh),
        secretStoreRef: { kind: "ClusterSecretStore", name: store.name },
        target: { name: target, creationPolicy: "Owner" },
        data: references.map(([secretKey, { key, property }]) => ({
          secretKey,
          remoteRef: { key, ...(property !== undefined && { property }) },
        })),
      },
    },
    opts,
  );
  return target;
}
