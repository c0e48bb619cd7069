import type * as pulumi from "@pulumi/pulumi";
import type { ServiceDefinition } from "../catalogue/service-definition.ts";
import type { Duration } from "../quantities.ts";

/** Where a share of a rule's requests goes. */
export interface RouteTarget {
  /** The service's `http` port answers. */
  readonly definition: ServiceDefinition;
  /** Share among the targets of the rule; 0 gets nothing. */
  readonly weight: number;
}

export interface RouteRule {
  /** Beginnings of paths, each a whole number of segments: `/v1` is `/v1` and `/v1/…`. */
  readonly paths: readonly string[];
  /** Only requests with one of these methods; more exact than a rule without. @default all methods */
  readonly methods?: readonly Method[];
  /** Only requests with this header; more exact than a rule without, less than one with methods. Of equal rules the first one holds. */
  readonly header?: RouteHeader;
  /** The targets know nothing of the path that they have here. @default they get it whole */
  readonly stripsPath?: boolean;
  /** Gets copies of the requests; what it answers goes nowhere. @default nobody */
  readonly copied?: { readonly definition: ServiceDefinition /** Percent. */; readonly share: number };
  /** The gateway gives up after this long, and nobody learns what became of the request. @default the gateway's own */
  readonly timeout?: Duration;
  /** Empty: requests are refused with status 503, to be tried again later. */
  readonly targets: readonly RouteTarget[];
}

/** A header with exactly a value, or one that a regular expression matches as a whole. */
export type RouteHeader = { readonly name: string } & (
  | { readonly value: string }
  | { readonly pattern: string }
);

export type Method = "DELETE" | "GET" | "HEAD" | "OPTIONS" | "PATCH" | "POST" | "PUT";

/** The public door of an environment, with a certificate for its host name. */
export interface Entrance {
  readonly name: string;
  readonly host: string;
  readonly resource: pulumi.Resource;
}

export interface RoutesArgs {
  readonly entrance: Entrance;
  readonly rules: readonly RouteRule[];
  /** The services have to be up before requests are sent to them. */
  readonly dependsOn: readonly pulumi.Resource[];
}

/** A platform that routes requests by itself, so that no gateway has to be run. */
export interface RoutingPlatform {
  entrance(name: string, opts: pulumi.CustomResourceOptions): Entrance;
  routes(name: string, args: RoutesArgs, opts: pulumi.CustomResourceOptions): pulumi.Resource;
}
