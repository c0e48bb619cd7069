import { randomBytes } from "node:crypto";
import type { AddressInfo } from "node:net";
import { allHooks } from "./all-hooks.ts";
import { Authentication } from "./auth/authentication.ts";
import type { RoleGrant } from "./auth/roles.ts";
import { CallLog, type SeenCall } from "./call-log.ts";
import { addCredentials, type Credentials, ownerCredentials } from "./credentials.ts";
import { type CreateDataPlane, noDataPlane } from "./data-plane/data-plane.ts";
import { type Edit, exchangeValue } from "./drift.ts";
import { DURATIONS, type Durations } from "./durations.ts";
import type { FaultInput } from "./faults.ts";
import type { JsonValue } from "./json.ts";
import { textAt } from "./json.ts";
import { overridesOf } from "./overrides.ts";
import { readState, writePrivately } from "./persistence.ts";
import { type RateLimit, RateLimiter } from "./rate-limits.ts";
import { buildServer } from "./server.ts";
import { type Move, Simulation } from "./simulation.ts";
import { emptyState } from "./state.ts";
import { Turns } from "./turns.ts";

export interface AtlasAdminOptions {
  /** @default a free port of 127.0.0.1 */
  readonly port?: number;
  /** Keeps the state, and beside it the credentials, between runs; in memory only where it is left out. */
  readonly stateFile?: string;
  /** The organisation owner's; drawn where they are left out. */
  readonly credentials?: Partial<Credentials>;
  /** Milliseconds of virtual time that pass after each GET; 0: time moves by `clock` only. @default 30,000 */
  readonly pollStep?: number;
  /** Milliseconds of virtual time in a state, where they differ from the usual ones. */
  readonly durations?: Partial<Durations>;
  /** @default 10,000 at once and per minute: none in practice */
  readonly rateLimit?: RateLimit;
  /** Makes the place where documents are; it is closed with the simulator. @default nowhere */
  readonly dataPlane?: CreateDataPlane;
  /** Real time, for sessions and rate limits. @default the machine's clock */
  readonly now?: () => number;
}

/** A running simulator. */
export interface AtlasAdmin extends Credentials {
  /** `http://127.0.0.1:port`: what a provider takes as its base URL. */
  readonly url: string;
  readonly organisationId: string;
  readonly clock: {
    /** Milliseconds since 1970, of virtual time. */
    now(): number;
    /** Sessions and rate limits age with it. */
    advance(milliseconds: number): Promise<void>;
    /** Lets everything happen that is going to. */
    settle(): Promise<void>;
  };
  readonly faults: { add(fault: FaultInput): number; clear(id?: number): void };
  /** Calls to what is not simulated, or not in that version. A test that leaves any has failed. */
  readonly unknownRoutes: readonly string[];
  /** The last calls, with what was sent. */
  readonly calls: readonly SeenCall[];
  /** All moves of states since the start. */
  readonly moves: readonly Move[];
  /** Changes a property behind everybody's back. @returns what was there */
  edit(edit: Edit): Promise<JsonValue | undefined>;
  /** A new identity with some roles, and all three ways to log in as it. */
  addIdentity(name: string, roles: readonly RoleGrant[]): Promise<Credentials>;
  /** Ends all sessions. */
  expireTokens(): void;
  /** Host of an SRV record -> address of the real store. */
  overrides(): Promise<{ readonly [host: string]: string }>;
  close(): Promise<void>;
}

const POLL_STEP_MS = 30_000;
const NO_LIMIT: RateLimit = { capacity: 10_000, perMinute: 10_000 };

export async function startAtlasAdmin(options: AtlasAdminOptions = {}): Promise<AtlasAdmin> {
  const { stateFile, now = Date.now } = options;
  const state =
    (stateFile === undefined ? undefined : readState(stateFile)) ??
    emptyState(randomBytes(12).toString("hex"));
  const dataPlane =
    options.dataPlane?.({
      organisationId: state.organisationId,
      folder: stateFile === undefined ? undefined : `${stateFile.replace(/\.json$/, "")}.data`,
    }) ?? noDataPlane;
  await dataPlane.check();
  const durations = { ...DURATIONS, ...options.durations };
  const simulation = new Simulation(state, { durations, dataPlane, hooks: allHooks });
  const credentials = ownerCredentials(simulation, stateFile, options.credentials);
  const session = { ahead: 0 };
  const sessionNow = () => now() + session.ahead;
  const authentication = new Authentication(simulation, sessionNow);
  const turns = new Turns();
  const log = new CallLog();
  const save = () => {
    if (stateFile !== undefined) writePrivately(stateFile, state);
  };
  const advance = async (milliseconds: number): Promise<void> => {
    session.ahead += milliseconds;
    await simulation.clock.advance(milliseconds);
  };
  const limiter = new RateLimiter(options.rateLimit ?? NO_LIMIT, sessionNow);
  const { pollStep = POLL_STEP_MS } = options;
  const app = buildServer({ simulation, authentication, limiter, turns, log, pollStep, advance, save });
  const close = async (): Promise<void> => {
    await app.close();
    await turns.take(async () => save());
    await dataPlane.close();
  };
  try {
    await startStores(simulation);
    await app.listen({ host: "127.0.0.1", port: options.port ?? 0 });
  } catch (error) {
    await close();
    throw error;
  }
  save();
  const inTurn = <Result>(work: () => Promise<Result> | Result) =>
    turns.take(async () => {
      const result = await work();
      save();
      return result;
    });
  return {
    ...credentials,
    url: `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`,
    organisationId: state.organisationId,
    clock: {
      now: () => simulation.clock.now,
      advance: (milliseconds) => inTurn(() => advance(milliseconds)),
      settle: () => inTurn(() => simulation.clock.settle()),
    },
    faults: { add: (fault) => simulation.faults.add(fault), clear: (id) => simulation.clearFaults(id) },
    unknownRoutes: log.unknown,
    calls: log.calls,
    moves: simulation.moves,
    edit: (edit) => inTurn(() => exchangeValue(simulation, edit)),
    addIdentity: (name, roles) => inTurn(() => addCredentials(simulation, { name, roles })),
    expireTokens: () => authentication.expireAll(),
    overrides: () => overridesOf(simulation),
    close,
  };
}

/** Starts the stores of the clusters that an earlier run left running. */
async function startStores(simulation: Simulation): Promise<void> {
  for (const table of ["clusters", "flexClusters"] as const) {
    for (const cluster of simulation.table(table).all()) {
      const isRunning = textAt(cluster, "stateName") !== "CREATING" && cluster["paused"] !== true;
      if (isRunning) await simulation.dataPlane.start(textAt(cluster, "id"));
    }
  }
}
