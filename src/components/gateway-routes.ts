import * as pulumi from "@pulumi/pulumi";
import type { ServiceDefinition } from "../catalogue/service-definition.ts";
import type { RouteRule, RoutingPlatform } from "../platforms/routing.ts";

/** A service below a path of its own. */
export interface OwnPath {
  readonly path: string;
  readonly definition: ServiceDefinition;
  /** The service knows nothing of the path. */
  readonly stripsPath: boolean;
}

export interface GatewayRoutesArgs {
  readonly platform: RoutingPlatform;
  readonly node: ServiceDefinition;
  readonly python: ServiceDefinition;
  /** Share of /v1 requests for Python, percent; the rest goes to Node. */
  readonly pythonWeight: number;
  /** Services with a path of their own. */
  readonly others: readonly OwnPath[];
  /** The services have to be up first. */
  readonly after: readonly pulumi.Resource[];
}

const API_PATHS = ["/v1", "/docs", "/openapi.json"];
const CANARY = "x-canary";

/** The one door where the platform routes by itself, and splits `/v1` between the backends by weight: the twin of Gateway. */
export class GatewayRoutes extends pulumi.ComponentResource {
  readonly url: string;

  constructor(name: string, args: GatewayRoutesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("trials:components:GatewayRoutes", name, {}, opts);
    const within = { parent: this };
    const entrance = args.platform.entrance(`${name}-entrance`, within);
    const routes = { entrance, rules: rulesOf(args), dependsOn: args.after };
    args.platform.routes(`${name}-routes`, routes, within);
    this.url = `https://${entrance.host}`;
    this.registerOutputs({ url: this.url });
  }
}

/** Who names a backend in a header gets it, whatever the weights: to try Python before anybody else does. */
function rulesOf({ node, python, pythonWeight, others }: GatewayRoutesArgs): RouteRule[] {
  const canary = (value: string, definition: ServiceDefinition): RouteRule => ({
    paths: API_PATHS,
    header: { name: CANARY, value },
    targets: [{ definition, weight: 1 }],
  });
  const shared: RouteRule = {
    paths: API_PATHS,
    targets: [
      { definition: node, weight: 100 - pythonWeight },
      { definition: python, weight: pythonWeight },
    ],
  };
  const own = others.map(
    ({ path, stripsPath, definition }): RouteRule => ({
      paths: [path],
      stripsPath,
      targets: [{ definition, weight: 1 }],
    }),
  );
  return [canary("python", python), canary("node", node), shared, ...own];
}
