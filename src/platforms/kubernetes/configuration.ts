import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { createExternalSecret, type SecretStore } from "./external-secret.ts";
import { metadataOf, type Place } from "./place.ts";

export interface ConfigurationArgs {
  readonly place: Place;
  readonly role: string;
  readonly environment: { readonly [name: string]: pulumi.Input<string> };
  readonly secrets: { readonly [name: string]: pulumi.Input<string> };
  readonly store?: SecretStore;
}

/**
 * What a container's environment comes from. Objects that cannot be changed, under names of their own: new content is
 * a new object, so pods restart for it, and go back to the old one with their template.
 */
export function createConfiguration(
  name: string,
  args: ConfigurationArgs,
  opts: pulumi.CustomResourceOptions,
): pulumi.Input<kubernetes.types.input.core.v1.EnvFromSource>[] {
  const { place, role } = args;
  const sources: pulumi.Input<kubernetes.types.input.core.v1.EnvFromSource>[] = [];
  if (Object.keys(args.environment).length > 0) {
    const config = new kubernetes.core.v1.ConfigMap(
      `${name}-config`,
      { metadata: metadataOf(place, role), immutable: true, data: args.environment },
      opts,
    );
    sources.push({ configMapRef: { name: config.metadata.name } });
  }
  if (Object.keys(args.secrets).length > 0) {
    const secret = new kubernetes.core.v1.Secret(
      `${name}-secret`,
      { metadata: metadataOf(place, role), immutable: true, stringData: pulumi.secret(args.secrets) },
      opts,
    );
    sources.push({ secretRef: { name: secret.metadata.name } });
  }
  const outside =
    args.store && createExternalSecret(`${name}-external`, { place, role, store: args.store }, opts);
  return outside === undefined ? sources : [...sources, { secretRef: { name: outside } }];
}
