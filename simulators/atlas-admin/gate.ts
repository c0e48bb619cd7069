import type { Authentication } from "./auth/authentication.ts";
import type { Identity } from "./auth/identities.ts";
import { hasRole, knowsProject } from "./auth/roles.ts";
import { parseBody } from "./bodies/request-body.ts";
import { AtlasFailure, ERRORS } from "./errors.ts";
import { recordEvent } from "./events/record-event.ts";
import type { Fault } from "./faults.ts";
import type { Json } from "./json.ts";
import type { RateLimiter } from "./rate-limits.ts";
import type { Route } from "./route.ts";
import type { Simulation } from "./simulation.ts";
import { keyOf } from "./state.ts";
import { checkVersion } from "./versions.ts";

export interface Incoming {
  readonly method: string;
  /** Path and query as sent. */
  readonly uri: string;
  readonly params: { readonly [name: string]: string };
  readonly headers: { readonly [name: string]: string | string[] | undefined };
  /** The body as sent; "" where there is none. */
  readonly text: string;
  /** `http://127.0.0.1:port` */
  readonly origin: string;
}

export interface Outgoing {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: { readonly [name: string]: string };
  /** The connection is broken instead. */
  readonly isReset?: boolean;
}

export interface GateOptions {
  readonly simulation: Simulation;
  readonly authentication: Authentication;
  readonly limiter: RateLimiter;
}

/** What every call passes on its way to its route, in the order in which Atlas looks. */
export class Gate {
  private readonly options: GateOptions;

  constructor(options: GateOptions) {
    this.options = options;
  }

  async answer(route: Route, incoming: Incoming): Promise<Outgoing> {
    const { simulation } = this.options;
    const path = pathOf(incoming.uri);
    const call = { method: route.method, route: route.path, path };
    const fault = simulation.faults.meet(call);
    if (fault?.kind === "answer") return answerOf(fault);
    if (fault?.when === "before") return { status: 0, isReset: true };
    const outgoing = await this.serve(route, incoming).catch(outgoingOf);
    if (outgoing.status < 300) simulation.faults.made(call);
    if (fault?.kind === "reset") return { status: 0, isReset: true };
    return simulation.faults.isLate(call) ? lateAnswer(path) : outgoing;
  }

  /** What callers get who ask for something that is not simulated: they must be known too. */
  refuseUnknown({ method, uri, headers }: Incoming): Outgoing {
    try {
      const authorization = oneOf(headers["authorization"]);
      this.options.authentication.identify({ method, uri, authorization });
      throw new AtlasFailure("NOT_SIMULATED", [method, pathOf(uri)]);
    } catch (error) {
      return outgoingOf(error);
    }
  }

  private async serve(route: Route, incoming: Incoming): Promise<Outgoing> {
    const { simulation, authentication, limiter } = this.options;
    const { method, uri, params, headers, text, origin } = incoming;
    const identity = authentication.identify({ method, uri, authorization: oneOf(headers["authorization"]) });
    const limits = limiter.take(`${identity.id} ${route.method} ${route.path}`);
    const version = checkVersion(oneOf(headers["accept"]), route.older?.version ?? route.version);
    this.checkRoles(route, identity, params);
    const body = route.body === undefined ? undefined : parseBody(route.body, text);
    const url = new URL(uri, origin);
    const newest = await route.handle({
      simulation,
      identity,
      params,
      query: url.searchParams,
      self: url.href,
      body,
    });
    recordEvent(simulation, { route, identity, params, body, answer: newest });
    const answer = version < route.version ? route.older?.show(newest as Json) : newest;
    const media = `application/vnd.atlas.${version}+json;charset=utf-8`;
    return { status: route.status, body: answer, headers: { ...limits, "Content-Type": media } };
  }

  private checkRoles({ roles }: Route, identity: Identity, params: Incoming["params"]): void {
    const { simulation } = this.options;
    const { organisationId } = simulation.state;
    const { groupId, orgId } = params;
    if (groupId !== undefined) {
      if (!/^[0-9a-f]{24}$/.test(groupId)) throw new AtlasFailure("INVALID_GROUP_ID", [groupId]);
      if (simulation.table("projects").find(keyOf(groupId)) === undefined) {
        throw new AtlasFailure("GROUP_NOT_FOUND", [groupId]);
      }
      if (!knowsProject(identity.roles, { organisationId, groupId })) {
        throw new AtlasFailure("USER_UNAUTHORIZED", [groupId]);
      }
    }
    if (orgId !== undefined && orgId !== organisationId) throw new AtlasFailure("USER_UNAUTHORIZED", [orgId]);
    if (roles.length > 0 && !hasRole(identity.roles, roles, { organisationId, groupId })) {
      throw new AtlasFailure("FORBIDDEN", [roles.join(", ")]);
    }
  }
}

export function pathOf(uri: string): string {
  return uri.replace(/\?.*$/s, "").replace(/^\/api\/atlas\/v2/, "");
}

export function oneOf(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}

export function outgoingOf(error: unknown): Outgoing {
  if (!(error instanceof AtlasFailure)) throw error;
  return { status: error.status, body: error.body, headers: error.headers };
}

function answerOf(fault: Extract<Fault, { kind: "answer" }>): Outgoing {
  const headers = fault.retryAfter === undefined ? {} : { "Retry-After": String(fault.retryAfter) };
  if (fault.errorCode === undefined) return { status: fault.status ?? 500, headers };
  const failure = new AtlasFailure(fault.errorCode, fault.parameters, { headers });
  const status = fault.status ?? ERRORS[fault.errorCode].status;
  return { status, body: { ...failure.body, error: status }, headers };
}

function lateAnswer(path: string): Outgoing {
  return outgoingOf(new AtlasFailure("RESOURCE_NOT_FOUND", [path]));
}
