import * as atlas from "@pulumi/mongodbatlas";
import type * as pulumi from "@pulumi/pulumi";

/** Who holds the keys of the data at rest. */
export type EncryptionOptions =
  | { readonly kind: "provider" }
  | { readonly kind: "aws-kms"; readonly keyId: string; readonly region: string; readonly roleId: string };

/** Logins and changes of schema and users; not each query, which would cost more than the queries. */
const AUDITED = {
  atype: {
    $in: [
      "authenticate",
      "createCollection",
      "dropCollection",
      "createIndex",
      "dropIndex",
      "dropDatabase",
      "createUser",
      "dropUser",
      "updateUser",
    ],
  },
};

export function createAuditing(
  name: string,
  projectId: pulumi.Output<string>,
  opts: pulumi.CustomResourceOptions,
): void {
  new atlas.Auditing(
    name,
    { projectId, enabled: true, auditAuthorizationSuccess: false, auditFilter: JSON.stringify(AUDITED) },
    opts,
  );
}

/** Has the data encrypted with a key of ours; nothing is made where the provider's own keys do. */
export function createEncryption(
  name: string,
  args: { projectId: pulumi.Output<string>; options: EncryptionOptions },
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource[] {
  const { projectId, options } = args;
  if (options.kind === "provider") return [];
  const { keyId: customerMasterKeyId, region, roleId } = options;
  const awsKmsConfig = { enabled: true, customerMasterKeyId, region, roleId };
  return [new atlas.EncryptionAtRest(name, { projectId, awsKmsConfig }, { ...opts, protect: true })];
}
