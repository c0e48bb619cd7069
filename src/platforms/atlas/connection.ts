import * as atlas from "@pulumi/mongodbatlas";
import type * as pulumi from "@pulumi/pulumi";

/** How services reach a cluster. */
export type ConnectionOptions =
  | { readonly kind: "public" }
  | {
      readonly kind: "private-endpoint";
      /** Id of the endpoint in the services' network; undefined until it is made for Atlas's service. */
      readonly endpointId?: string | undefined;
    }
  | {
      readonly kind: "peering";
      readonly accountId: string;
      readonly vpcId: string;
      readonly region: string;
      /** CIDR of the services' network, and of Atlas's. */
      readonly vpcRange: string;
      readonly atlasRange: string;
    };

export interface ConnectionArgs<Options extends ConnectionOptions = ConnectionOptions> {
  readonly projectId: pulumi.Output<string>;
  readonly provider: string;
  /** In Atlas's spelling. */
  readonly region: string;
  readonly options: Options;
}

type Strings = atlas.types.output.AdvancedClusterConnectionStrings;

export interface Connection {
  readonly resources: readonly pulumi.Resource[];
  /** Picks the cluster's address that this way of connecting leads to. */
  readonly choose: (strings: Strings) => string;
}

export function createConnection(
  name: string,
  args: ConnectionArgs,
  opts: pulumi.CustomResourceOptions,
): Connection {
  const { options } = args;
  switch (options.kind) {
    case "public":
      return { resources: [], choose: (strings) => strings.standardSrv };
    case "private-endpoint":
      return createPrivateEndpoint(name, { ...args, options }, opts);
    case "peering":
      return createPeering(name, { ...args, options }, opts);
  }
}

function createPrivateEndpoint(
  name: string,
  args: ConnectionArgs<Extract<ConnectionOptions, { kind: "private-endpoint" }>>,
  opts: pulumi.CustomResourceOptions,
): Connection {
  const { projectId, provider: providerName, options } = args;
  const link = new atlas.PrivateLinkEndpoint(
    `${name}-link`,
    { projectId, providerName, region: args.region },
    opts,
  );
  const choose = (strings: Strings) =>
    strings.privateEndpoints[0]?.srvConnectionString ?? strings.standardSrv;
  if (options.endpointId === undefined) return { resources: [link], choose };
  const service = new atlas.PrivateLinkEndpointService(
    `${name}-endpoint`,
    { projectId, privateLinkId: link.privateLinkId, endpointServiceId: options.endpointId, providerName },
    opts,
  );
  return { resources: [link, service], choose };
}

function createPeering(
  name: string,
  args: ConnectionArgs<Extract<ConnectionOptions, { kind: "peering" }>>,
  opts: pulumi.CustomResourceOptions,
): Connection {
  const { projectId, options } = args;
  const container = new atlas.NetworkContainer(
    `${name}-container`,
    { projectId, atlasCidrBlock: options.atlasRange, providerName: "AWS", regionName: args.region },
    opts,
  );
  const peering = new atlas.NetworkPeering(
    `${name}-peering`,
    {
      projectId,
      containerId: container.containerId,
      providerName: "AWS",
      accepterRegionName: options.region,
      awsAccountId: options.accountId,
      vpcId: options.vpcId,
      routeTableCidrBlock: options.vpcRange,
    },
    opts,
  );
  return { resources: [container, peering], choose: (strings) => strings.privateSrv || strings.standardSrv };
}
