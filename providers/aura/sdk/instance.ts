import * as pulumi from "@pulumi/pulumi";

/** Which data snapshot an instance is filled from. */
export interface RestoreFromArgs {
  /** Id of a completed data snapshot. */
  readonly snapshotId: pulumi.Input<string>;
  /** Id of the instance that the data snapshot was taken of. @default this instance */
  readonly instanceId?: pulumi.Input<string> | undefined;
}

export interface InstanceArgs {
  /**
   * Name in the Aura console. Within a tenant it tells the provider whether the instance exists already.
   *
   * @default project, stack and resource name, joined by `-`
   */
  readonly name?: pulumi.Input<string> | undefined;
  /** Tenant ("project" in the console) that pays. @default the provider's `tenantId` */
  readonly tenantId?: pulumi.Input<string> | undefined;
  /** `free-db`, `professional-db`, `business-critical`, `enterprise-db`, `professional-ds` or `enterprise-ds`. */
  readonly type: pulumi.Input<string>;
  /** `gcp`, `aws` or `azure`. @default `gcp` for `free-db`, else required */
  readonly cloudProvider?: pulumi.Input<string> | undefined;
  /** Region of the cloud provider. @default `europe-west1` for `free-db`, else required */
  readonly region?: pulumi.Input<string> | undefined;
  /** Memory, for example `2GB`. @default `1GB` for `free-db`, else required */
  readonly memory?: pulumi.Input<string> | undefined;
  /** Storage, for example `4GB`. @default what Aura gives to the memory */
  readonly storage?: pulumi.Input<string> | undefined;
  /** Major version of Neo4j. @default `5` */
  readonly version?: pulumi.Input<string> | undefined;
  /** Whether the instance runs or is paused (billed at a fifth). @default `running` */
  readonly desiredState?: pulumi.Input<"running" | "paused"> | undefined;
  /** Number of read replicas. */
  readonly secondariesCount?: pulumi.Input<number> | undefined;
  /** Change data capture: `OFF`, `DIFF` or `FULL`; `business-critical` and `enterprise-db` only. */
  readonly cdcEnrichmentMode?: pulumi.Input<string> | undefined;
  /** Memory set aside for vector indexes; from 4 GB on. */
  readonly vectorOptimized?: pulumi.Input<boolean> | undefined;
  /** The graph data science plugin; `professional-db` only. */
  readonly graphAnalyticsPlugin?: pulumi.Input<boolean> | undefined;
  /** Id of a customer-managed key that encrypts the storage. */
  readonly customerManagedKeyId?: pulumi.Input<string> | undefined;
  /** Fills the instance from a data snapshot: at creation, and again whenever this changes. */
  readonly restoreFrom?: pulumi.Input<RestoreFromArgs> | undefined;
  /** Takes a data snapshot before data are overwritten or memory shrinks. @default true */
  readonly snapshotBeforeChange?: pulumi.Input<boolean> | undefined;
  /**
   * The password where Aura cannot tell it: of an imported instance, or one changed since creation. Only recorded;
   * nothing is changed in the database.
   *
   * @default what Aura told when it made the instance
   */
  readonly password?: pulumi.Input<string> | undefined;
}

/** Every output has to be named, or the SDK does not fill it. */
const OUTPUTS = {
  name: undefined,
  tenantId: undefined,
  type: undefined,
  cloudProvider: undefined,
  region: undefined,
  memory: undefined,
  storage: undefined,
  version: undefined,
  desiredState: undefined,
  secondariesCount: undefined,
  cdcEnrichmentMode: undefined,
  vectorOptimized: undefined,
  graphAnalyticsPlugin: undefined,
  customerManagedKeyId: undefined,
  connectionUrl: undefined,
  username: undefined,
  status: undefined,
  createdAt: undefined,
  metricsIntegrationUrl: undefined,
};

/** A Neo4j AuraDB instance. */
export class Instance extends pulumi.CustomResource {
  declare readonly name: pulumi.Output<string>;
  declare readonly tenantId: pulumi.Output<string>;
  declare readonly type: pulumi.Output<string>;
  declare readonly cloudProvider: pulumi.Output<string>;
  declare readonly region: pulumi.Output<string>;
  declare readonly memory: pulumi.Output<string>;
  declare readonly storage: pulumi.Output<string | undefined>;
  declare readonly version: pulumi.Output<string>;
  declare readonly desiredState: pulumi.Output<"running" | "paused">;
  declare readonly secondariesCount: pulumi.Output<number | undefined>;
  declare readonly cdcEnrichmentMode: pulumi.Output<string | undefined>;
  declare readonly vectorOptimized: pulumi.Output<boolean | undefined>;
  declare readonly graphAnalyticsPlugin: pulumi.Output<boolean | undefined>;
  declare readonly customerManagedKeyId: pulumi.Output<string | undefined>;
  /** Where drivers connect: `neo4j+s://<id>.databases.neo4j.io`. */
  declare readonly connectionUrl: pulumi.Output<string>;
  declare readonly username: pulumi.Output<string>;
  /** Secret; told once, when the instance was made, and kept in the state since. */
  declare readonly password: pulumi.Output<string>;
  declare readonly status: pulumi.Output<string>;
  /** ISO 8601; undefined where Aura does not tell. */
  declare readonly createdAt: pulumi.Output<string | undefined>;
  declare readonly metricsIntegrationUrl: pulumi.Output<string | undefined>;

  constructor(name: string, args: InstanceArgs, opts: pulumi.CustomResourceOptions = {}) {
    super(
      "aura:index:Instance",
      name,
      { ...OUTPUTS, ...args, password: secretOf(args.password) },
      pulumi.mergeOptions(opts, { additionalSecretOutputs: ["password"] }),
    );
  }

  /** Looks an existing instance up without managing it; the password is not told. */
  static get(name: string, id: pulumi.Input<pulumi.ID>, opts: pulumi.CustomResourceOptions = {}): Instance {
    return new Instance(name, {} as InstanceArgs, { ...opts, id });
  }
}

function secretOf(password: pulumi.Input<string> | undefined): pulumi.Output<string> | undefined {
  return password === undefined ? undefined : pulumi.secret(password);
}
