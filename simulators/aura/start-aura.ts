import { buildServer } from "./server.ts";
import { Simulation, type SimulationOptions } from "./simulation.ts";

export interface AuraOptions extends SimulationOptions {
  /** @default any free port */
  readonly port?: number;
}

/** A running simulator of the Aura API v1. */
export interface Aura {
  /** Origin, for example `http://127.0.0.1:41234`. */
  readonly url: string;
  readonly simulation: Simulation;
  /**
   * Stops it.
   *
   * @throws Error where a request met no route: a client's mistake must not pass unseen.
   */
  close(): Promise<void>;
}

const LOOPBACK = "127.0.0.1";

/** Starts a simulator on loopback. */
export async function startAura(options: AuraOptions = {}): Promise<Aura> {
  const simulation = new Simulation(options);
  const app = buildServer(simulation);
  const url = await app.listen({ host: LOOPBACK, port: options.port ?? 0 });
  return {
    url,
    simulation,
    async close() {
      await app.close();
      simulation.save();
      if (simulation.unknownRoutes.length === 0) return;
      throw new Error(`the Aura simulator has no route for: ${simulation.unknownRoutes.join(", ")}`);
    },
  };
}
