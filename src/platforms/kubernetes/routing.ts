import * as kubernetes from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { toGoDuration } from "../../quantities.ts";
import type { Entrance, RouteHeader, RouteRule, RoutesArgs } from "../routing.ts";
import { createCertificate, type Tls } from "./certificate.ts";
import {
  createGateway,
  createHttpRoute,
  type HeaderMatch,
  type HttpRouteFilter,
  type HttpRouteMatch,
  type HttpRouteRule,
  type MirrorFilter,
} from "./gateway-api.ts";
import { metadataOf, type Place, portOf } from "./place.ts";

const ROLE = "gateway";
const STRIP_PATH = {
  type: "URLRewrite",
  urlRewrite: { path: { type: "ReplacePrefixMatch", replacePrefixMatch: "/" } },
} as const;
const TRY_AGAIN = {
  type: "ResponseHeaderModifier",
  responseHeaderModifier: { set: [{ name: "Retry-After", value: "5" }] },
} as const;
/** A Service that no pod is behind: a gateway answers 503 for it. */
const NOBODY = { name: "nobody", port: 80 };
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
  const nobody = createNobody(`${name}-nobody`, place, opts);
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
    { ...opts, dependsOn: [entrance.resource, nobody, ...args.dependsOn] },
  );
}

function createNobody(name: string, place: Place, opts: pulumi.CustomResourceOptions): pulumi.Resource {
  const metadata = metadataOf(place, ROLE, { name: NOBODY.name });
  const ports = [{ name: "http", port: NOBODY.port, protocol: "TCP" }];
  return new kubernetes.core.v1.Service(name, { metadata, spec: { type: "ClusterIP", ports } }, opts);
}

function toRule(rule: RouteRule): HttpRouteRule {
  const { timeout, targets } = rule;
  const filters = filtersOf(rule);
  return {
    matches: rule.paths.flatMap((path) => matchesOf(path, rule)),
    ...(filters.length > 0 && { filters }),
    backendRefs: targets.length > 0 ? targets.map(toBackendRef) : [{ ...NOBODY, weight: 1 }],
    ...(timeout && { timeouts: { request: toGoDuration(timeout) } }),
  };
}

function matchesOf(value: string, { methods, header }: RouteRule): HttpRouteMatch[] {
  const headers = header && [toHeaderMatch(header)];
  return (methods ?? [undefined]).map((method) => ({
    path: { type: "PathPrefix", value },
    ...(method && { method }),
    ...(headers && { headers }),
  }));
}

function toHeaderMatch({ name, ...wanted }: RouteHeader): HeaderMatch {
  return "pattern" in wanted
    ? { type: "RegularExpression", name, value: wanted.pattern }
    : { type: "Exact", name, value: wanted.value };
}

function filtersOf({ stripsPath, copied, targets }: RouteRule): HttpRouteFilter[] {
  return [
    ...(stripsPath ? [STRIP_PATH] : []),
    ...(copied ? [toMirror(copied)] : []),
    ...(targets.length === 0 ? [TRY_AGAIN] : []),
  ];
}

function toMirror({ definition, share }: NonNullable<RouteRule["copied"]>): MirrorFilter {
  const backendRef = { name: definition.name, port: portOf(definition, "http") };
  return { type: "RequestMirror", requestMirror: { backendRef, ...(share < 100 && { percent: share }) } };
}

function toBackendRef({ definition, weight }: RouteRule["targets"][number]) {
  return { name: definition.name, port: portOf(definition, "http"), weight };
}
