import * as kubernetes from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

const API_VERSION = "gateway.networking.k8s.io/v1";

/** `spec` of a Gateway, as far as this program uses it. */
export interface GatewaySpec {
  readonly gatewayClassName: string;
  readonly listeners: readonly GatewayListener[];
}

export interface GatewayListener {
  readonly name: string;
  readonly hostname: string;
  readonly port: number;
  readonly protocol: "HTTP" | "HTTPS";
  readonly tls?: {
    readonly mode: "Terminate";
    readonly certificateRefs: readonly { readonly name: string }[];
  };
  readonly allowedRoutes: { readonly namespaces: { readonly from: "Same" } };
}

/** `spec` of an HTTPRoute, as far as this program uses it. */
export interface HttpRouteSpec {
  readonly parentRefs: readonly { readonly name: string; readonly sectionName: string }[];
  readonly hostnames: readonly string[];
  readonly rules: readonly HttpRouteRule[];
}

export interface HttpRouteRule {
  readonly matches?: readonly HttpRouteMatch[];
  readonly filters?: readonly HttpRouteFilter[];
  readonly backendRefs?: readonly (BackendRef & { readonly weight: number })[];
  readonly timeouts?: { readonly request: string };
}

export interface BackendRef {
  readonly name: string;
  readonly port: number;
}

export interface HttpRouteMatch {
  readonly path: { readonly type: "PathPrefix"; readonly value: string };
  readonly method?: string;
  readonly headers?: readonly HeaderMatch[];
}

export interface HeaderMatch {
  readonly type: "Exact" | "RegularExpression";
  readonly name: string;
  readonly value: string;
}

export type HttpRouteFilter = RedirectFilter | RewriteFilter | MirrorFilter | ResponseHeaderFilter;

export interface RedirectFilter {
  readonly type: "RequestRedirect";
  readonly requestRedirect: { readonly scheme: "https"; readonly statusCode: 301 };
}

/** Takes the matched beginning of the path away. */
export interface RewriteFilter {
  readonly type: "URLRewrite";
  readonly urlRewrite: {
    readonly path: { readonly type: "ReplacePrefixMatch"; readonly replacePrefixMatch: "/" };
  };
}

/** Sends a copy of each request, or of a share of them, and ignores the answer. */
export interface MirrorFilter {
  readonly type: "RequestMirror";
  readonly requestMirror: { readonly backendRef: BackendRef; readonly percent?: number };
}

export interface ResponseHeaderFilter {
  readonly type: "ResponseHeaderModifier";
  readonly responseHeaderModifier: {
    readonly set: readonly { readonly name: string; readonly value: string }[];
  };
}

export interface CustomObjectArgs<Spec> {
  readonly metadata: {
    readonly namespace: pulumi.Output<string>;
    readonly labels: { readonly [label: string]: string };
    readonly name?: string;
  };
  readonly spec: Spec;
}

const PROGRAMMED = "condition=Programmed";
const ACCEPTED = "jsonpath={.status.parents[0].conditions[?(@.type=='Accepted')].status}=True";

/** A Gateway, created when its controller has it working. */
export function createGateway(
  name: string,
  args: CustomObjectArgs<GatewaySpec>,
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource {
  return createObject(name, { ...args, kind: "Gateway", waitFor: PROGRAMMED }, opts);
}

/** An HTTPRoute, created when its gateway's controller has accepted it. */
export function createHttpRoute(
  name: string,
  args: CustomObjectArgs<HttpRouteSpec>,
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource {
  return createObject(name, { ...args, kind: "HTTPRoute", waitFor: ACCEPTED }, opts);
}

function createObject(
  name: string,
  args: CustomObjectArgs<object> & { kind: string; waitFor: string },
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource {
  const metadata = { ...args.metadata, annotations: { "pulumi.com/waitFor": args.waitFor } };
  return new kubernetes.apiextensions.CustomResource(
    name,
    { apiVersion: API_VERSION, kind: args.kind, metadata, spec: args.spec },
    opts,
  );
}
