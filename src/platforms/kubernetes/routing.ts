import type * as pulumi from "@pulumi/pulumi";
import type { Entrance, RouteRule, RoutesArgs } from "../routing.ts";
import { createCertificate, type Tls } from "./certificate.ts";
import { createGateway, createHttpRoute, type HttpRouteMatch, type HttpRouteRule } from "./gateway-api.ts";
import { metadataOf, type Place, portOf } from "./place.ts";

const ROLE = "gateway";
const STRIP_PATH = {
  type: "URLRewrite",
  urlRewrite: { path: { type: "ReplacePrefixMatch", replacePrefixMatch: "/" } },
} as const;
const allowedRoutes = { namespaces: { from: "Same" } } as const;

export interface EntranceArgs {
  readonly place: Place;
  readonly host: string;
  /** GatewayClass of the cluster. */
  readonly className: string;
  readonly tls: Tls;
}

/** A Gateway that speaks TLS for the host; plain requests are sent there. */
export function createEntrance(
  name: string,
  args: EntranceArgs,
  opts: pulumi.CustomResourceOptions,
): Entrance {
  const { place, host } = args;
  const certificate = createCertificate(`${name}-certificate`, args, opts);
  const tls = { mode: "Terminate", certificateRefs: [{ name: certificate.secretName }] } as const;
  const resource = createGateway(
    name,
    {
      metadata: metadataOf(place, ROLE, { name: ROLE }),
      spec: {
        gatewayClassName: args.className,
        listeners: [
          { name: "https", hostname: host, port: 443, protocol: "HTTPS", tls, allowedRoutes },
          { name: "http", hostname: host, port: 80, protocol: "HTTP", allowedRoutes },
        ],
      },
    },
    { ...opts, dependsOn: [...certificate.resources] },
  );
  createHttpRoute(
    `${name}-redirect`,
    {
      metadata: metadataOf(place, ROLE, { name: "to-https" }),
      spec: {
        parentRefs: [{ name: ROLE, sectionName: "http" }],
        hostnames: [host],
        rules: [
          { filters: [{ type: "RequestRedirect", requestRedirect: { scheme: "https", statusCode: 301 } }] },
        ],
      },
    },
    { ...opts, dependsOn: [resource] },
  );
  return { name: ROLE, host, resource };
}

/** The routes behind an entrance. A change of weights changes this one object and nothing else. */
export function createRoutes(
  name: string,
  args: RoutesArgs & { place: Place },
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource {
  const { place, entrance } = args;
  return createHttpRoute(
    name,
    {
      metadata: metadataOf(place, ROLE, { name: "services" }),
      spec: {
        parentRefs: [{ name: entrance.name, sectionName: "https" }],
        hostnames: [entrance.host],
        rules: args.rules.map(toRule),
      },
    },
    { ...opts, dependsOn: [entrance.resource, ...args.dependsOn] },
  );
}

function toRule(rule: RouteRule): HttpRouteRule {
  const { header } = rule;
  const headers = header && [{ type: "Exact" as const, ...header }];
  const matches = rule.paths.map(
    (value): HttpRouteMatch => ({ path: { type: "PathPrefix", value }, ...(headers && { headers }) }),
  );
  return {
    matches,
    ...(rule.stripsPath && { filters: [STRIP_PATH] }),
    backendRefs: rule.targets.map(toBackendRef),
  };
}

function toBackendRef({ definition, weight }: RouteRule["targets"][number]) {
  return { name: definition.name, port: portOf(definition, "http"), weight };
}
