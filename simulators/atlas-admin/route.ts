import type { z } from "zod";
import type { Identity } from "./auth/identities.ts";
import { hasRole } from "./auth/roles.ts";
import { AtlasFailure } from "./errors.ts";
import type { Json } from "./json.ts";
import { paginate } from "./pagination.ts";
import type { Simulation } from "./simulation.ts";

export type Method = "GET" | "POST" | "PATCH" | "PUT" | "DELETE";

export interface CallArgs<Body> {
  readonly simulation: Simulation;
  readonly identity: Identity;
  readonly params: { readonly [name: string]: string };
  readonly query: URLSearchParams;
  /** The whole address. */
  readonly self: string;
  readonly body: Body;
}

/** A call that was let in. */
export class Call<Body = unknown> {
  readonly simulation: Simulation;
  readonly identity: Identity;
  readonly query: URLSearchParams;
  readonly body: Body;
  private readonly args: CallArgs<Body>;

  constructor(args: CallArgs<Body>) {
    this.args = args;
    this.simulation = args.simulation;
    this.identity = args.identity;
    this.query = args.query;
    this.body = args.body;
  }

  get groupId(): string {
    return this.param("groupId");
  }

  /** A part of the path. */
  param(name: string): string {
    const value = this.args.params[name];
    if (value === undefined) throw new Error(`the route has no {${name}}`);
    return value;
  }

  page(rows: readonly Json[]): Json {
    return paginate(rows, this.query, this.args.self);
  }

  /** @throws AtlasFailure 403 where the caller has none of the roles */
  require(roles: readonly string[]): void {
    const { organisationId } = this.simulation.state;
    const groupId = this.args.params["groupId"];
    if (!hasRole(this.identity.roles, roles, { organisationId, groupId })) {
      throw new AtlasFailure("FORBIDDEN", [roles.join(", ")]);
    }
  }
}

export interface OlderVersion {
  /** The oldest date that it answers to. */
  readonly version: string;
  show(answer: Json): Json;
}

export interface RouteArgs<Body> {
  readonly method: Method;
  /** Below `/api/atlas/v2`: `/groups/{groupId}/clusters/{clusterName}`. */
  readonly path: string;
  /** The oldest date that it answers to. */
  readonly version: string;
  /** Versions before that are served too, in a shape of their own. */
  readonly older?: OlderVersion;
  /** Of an answer that went well. @default 200 */
  readonly status?: number;
  /** One of them is needed; none: everybody who is known may call. */
  readonly roles: readonly string[];
  readonly body?: z.ZodType<Body>;
  /** The answer's body; undefined where it has none. */
  handle(call: Call<Body>): unknown;
}

export interface Route extends Omit<RouteArgs<unknown>, "body" | "status" | "handle"> {
  readonly status: number;
  readonly body: z.ZodType | undefined;
  handle(args: CallArgs<unknown>): unknown;
}

export function route<Body = undefined>({ status = 200, body, handle, ...rest }: RouteArgs<Body>): Route {
  return {
    ...rest,
    status,
    body,
    // The server parses the body with this very schema before.
    handle: (args) => handle(new Call(args as CallArgs<Body>)),
  };
}
