import { srvHost } from "./clusters/connection-strings.ts";
import { textAt } from "./json.ts";
import type { Simulation } from "./simulation.ts";

/** Where the simulated clusters' documents really are: host of the SRV record -> `127.0.0.1:port`. */
export async function overridesOf(simulation: Simulation): Promise<{ readonly [host: string]: string }> {
  const found: { [host: string]: string } = {};
  for (const table of ["clusters", "flexClusters"] as const) {
    for (const cluster of simulation.table(table).all()) {
      const address = await simulation.dataPlane.addressOf(textAt(cluster, "id"));
      if (address !== undefined)
        found[srvHost(textAt(cluster, "groupId"), textAt(cluster, "name"))] = address;
    }
  }
  return found;
}
