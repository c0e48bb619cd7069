import { srvHost } from "./clusters/connection-strings.ts";
import { type Json, jsonAt, listAt, textAt, textsAt } from "./json.ts";
import { GONE } from "./machines.ts";
import { endpointListOf } from "./routes/private-endpoints.ts";
import type { Hook, Simulation } from "./simulation.ts";
import { keyOf } from "./state.ts";

/** Endpoints change the connection strings of all clusters of the project, which are busy with it for a while. */
export const privateEndpointHooks: readonly Hook[] = [
  {
    machine: "privateEndpoints",
    state: "AVAILABLE",
    run: (simulation, key) => renewStrings(simulation, key),
  },
  {
    machine: "privateEndpoints",
    state: GONE,
    run: async (simulation, key, endpoint) => {
      const [groupId = "", serviceId = "", id = ""] = key.split("/").map(decodeURIComponent);
      const service = simulation.table("endpointServices").find(keyOf(groupId, serviceId));
      const list = endpointListOf(textAt(endpoint, "cloudProvider"));
      if (service !== undefined) service[list] = textsAt(service, list).filter((each) => each !== id);
      await renewStrings(simulation, key);
    },
  },
];

async function renewStrings(simulation: Simulation, endpointKey: string): Promise<void> {
  const [groupId = ""] = endpointKey.split("/");
  const endpoints = simulation.table("privateEndpoints").entriesBelow(groupId);
  const available = endpoints.filter(([, { $status }]) => $status === "AVAILABLE");
  for (const [key, cluster] of simulation.table("clusters").entriesBelow(groupId)) {
    if (cluster["stateName"] !== "IDLE") continue;
    const strings = jsonAt(cluster, "connectionStrings");
    const privateEndpoint = available.map(([place, endpoint], index) =>
      stringsOf(simulation, { place, endpoint, cluster, index }),
    );
    cluster["connectionStrings"] = { ...strings, privateEndpoint };
    await simulation.move("clusters", key, "UPDATING");
  }
}

interface Reached {
  readonly place: string;
  readonly endpoint: Json;
  readonly cluster: Json;
  readonly index: number;
}

function stringsOf(simulation: Simulation, { place, endpoint, cluster, index }: Reached): Json {
  const [groupId = "", serviceId = "", endpointId = ""] = place.split("/").map(decodeURIComponent);
  const service = simulation.table("endpointServices").find(keyOf(groupId, serviceId)) ?? {};
  const [name = "", ...domain] = srvHost(groupId, textAt(cluster, "name")).split(".");
  const host = `${name}-pl-${index}.${domain.join(".")}`;
  const region = textAt(service, "regionName");
  const sharded = listAt(cluster, "replicationSpecs").length > 1;
  return {
    connectionString: `mongodb://${host}:1024,${host}:1025,${host}:1026/?ssl=true&authSource=admin`,
    srvConnectionString: `mongodb+srv://${host}`,
    endpoints: [{ endpointId, providerName: textAt(endpoint, "cloudProvider"), region }],
    type: sharded ? "MONGOS" : "MONGOD",
  };
}
