import type { NetConnectOpts } from "node:net";
import { CallError, Status } from "./status.ts";

const UNIX = /^unix:(?:\/\/)?(.+)$/;
const MAX_PORT = 65_535;
const HOST_AND_PORT = /^(?:dns:(?:\/\/[^/]*\/)?|ipv[46]:)?(?:\[([\w:.%-]+)\]|([\w.-]+)):(\d+)$/;

export interface Target {
  readonly place: NetConnectOpts;
  /** What calls name as the server that they are for. */
  readonly authority: string;
}

/** Where a target leads: `host:port`, `[::1]:port` or `unix:path`, as gRPC names them. @throws CallError where it is none */
export function parseTarget(target: string): Target {
  const path = UNIX.exec(target)?.[1];
  if (path !== undefined) return { place: { path }, authority: "localhost" };
  const [, bracketed, plain, port] = HOST_AND_PORT.exec(target) ?? [];
  const host = bracketed ?? plain;
  if (host !== undefined && Number(port) <= MAX_PORT) {
    const name = bracketed === undefined ? host : `[${host}]`;
    return { place: { host, port: Number(port) }, authority: `${name}:${port}` };
  }
  throw new CallError(Status.UNAVAILABLE, `${JSON.stringify(target)} is no address: host:port is expected`);
}
