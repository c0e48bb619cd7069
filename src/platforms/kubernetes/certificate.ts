import * as kubernetes from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { metadataOf, type Place } from "./place.ts";

/** Who keeps the certificate of the host name valid. */
export type Tls =
  | { readonly kind: "cert-manager"; readonly issuer: string }
  | { readonly kind: "secret"; readonly name: string };

/** The Secret that holds the host's certificate, and what makes it. */
export function createCertificate(
  name: string,
  args: { place: Place; host: string; tls: Tls },
  opts: pulumi.CustomResourceOptions,
): { readonly secretName: string; readonly resources: readonly pulumi.Resource[] } {
  const { place, host, tls } = args;
  if (tls.kind === "secret") return { secretName: tls.name, resources: [] };
  const secretName = "gateway-certificate";
  const certificate = new kubernetes.apiextensions.CustomResource(
    name,
    {
      apiVersion: "cert-manager.io/v1",
      kind: "Certificate",
      metadata: metadataOf(place, "gateway", {
        name: secretName,
        annotations: { "pulumi.com/waitFor": "condition=Ready" },
      }),
      spec: {
        secretName,
        dnsNames: [host],
        issuerRef: { group: "cert-manager.io", kind: "ClusterIssuer", name: tls.issuer },
        privateKey: { algorithm: "ECDSA", size: 256, rotationPolicy: "Always" },
      },
    },
    opts,
  );
  return { secretName, resources: [certificate] };
}
