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
import { buildServer, type ServerOptions } from "./server.ts";
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
  const simulation = await openSimulation(options);
  const credentials = ownerCredentials(simulation, options.stateFile, options.credentials);
  const parts = partsOf(simulation, options);
  const app = buildServer(parts);
  const close = async (): Promise<void> => {
    await app.close();
    await parts.turns.take(async () => parts.save());
    await simulation.dataPlane.close();
  };
  try {
    await startStores(simulation);
    await app.listen({ host: "127.0.0.1", port: options.port ?? 0 });
  } catch (error) {
    await close();
    throw error;
  }
  parts.save();
  const url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
  return { ...credentials, url, ...handlesOf(parts), close };
}

async function openSimulation({
  stateFile,
  dataPlane: create,
  ...options
}: AtlasAdminOptions): Promise<Simulation> {
  const kept = stateFile === undefined ? undefined : readState(stateFile);
  const state = kept ?? emptyState(randomBytes(12).toString("hex"));
  const folder = stateFile === undefined ? undefined : `${stateFile.replace(/\.json$/, "")}.data`;
  const dataPlane = create?.({ organisationId: state.organisationId, folder }) ?? noDataPlane;
  await dataPlane.check();
  return new Simulation(state, {
    durations: { ...DURATIONS, ...options.durations },
    dataPlane,
    hooks: allHooks,
  });
}

function partsOf(simulation: Simulation, options: AtlasAdminOptions): ServerOptions {
  const { stateFile, now = Date.now, rateLimit = NO_LIMIT, pollStep = POLL_STEP_MS } = options;
  let ahead = 0;
  const sessionNow = () => now() + ahead;
  return {
    simulation,
    authentication: new Authentication(simulation, sessionNow),
    limiter: new RateLimiter(rateLimit, sessionNow),
    turns: new Turns(),
    log: new CallLog(),
    pollStep,
    advance: async (milliseconds) => {
      ahead += milliseconds;
      await simulation.clock.advance(milliseconds);
    },
    save: () => {
      if (stateFile !== undefined) writePrivately(stateFile, simulation.state);
    },
  };
}

/** What whoever started it may do to it. */
function handlesOf({ simulation, authentication, turns, log, advance, save }: ServerOptions) {
  const inTurn = <Result>(work: () => Promise<Result> | Result) =>
    turns.take(async () => {
      const result = await work();
      save();
      return result;
    });
  return {
    organisationId: simulation.state.organisationId,
    clock: {
      now: () => simulation.clock.now,
      advance: (milliseconds: number) => inTurn(() => advance(milliseconds)),
      settle: () => inTurn(() => simulation.clock.settle()),
    },
    faults: {
      add: (fault: FaultInput) => simulation.faults.add(fault),
      clear: (id?: number) => simulation.clearFaults(id),
    },
    unknownRoutes: log.unknown,
    calls: log.calls,
    moves: simulation.moves,
    edit: (edit: Edit) => inTurn(() => exchangeValue(simulation, edit)),
    addIdentity: (name: string, roles: readonly RoleGrant[]) =>
      inTurn(() => addCredentials(simulation, { name, roles })),
    expireTokens: () => authentication.expireAll(),
    overrides: () => overridesOf(simulation),
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
