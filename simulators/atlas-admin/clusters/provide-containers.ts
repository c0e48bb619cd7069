import { type Json, listAt, textAt } from "../json.ts";
import type { Simulation } from "../simulation.ts";
import { keyOf } from "../state.ts";

const FIRST_CIDR_BYTE = 248;

/** A cluster brings the network container of each of its regions along; on Google all regions share one. */
export function provideContainers(simulation: Simulation, cluster: Json): void {
  const groupId = textAt(cluster, "groupId");
  const containers = simulation.table("containers");
  for (const spec of listAt(cluster, "replicationSpecs")) {
    for (const config of listAt(spec, "regionConfigs")) {
      const provider = textAt(config, "providerName");
      const region = textAt(config, "regionName");
      if (provider === "TENANT") continue;
      const isThere = containers
        .below(groupId)
        .some((container) => textAt(container, "providerName") === provider && isIn(container, region));
      if (isThere) continue;
      const id = simulation.newId();
      containers.put(keyOf(groupId, id), {
        id,
        providerName: provider,
        provisioned: true,
        atlasCidrBlock: `192.168.${FIRST_CIDR_BYTE - 8 * containers.below(groupId).length}.0/21`,
        ...regionFields(provider, region, id),
      });
    }
  }
}

/** How each provider names the place and the network that it made there. */
export function regionFields(provider: string, region: string, id: string): Json {
  if (provider === "AZURE") {
    return { region, azureSubscriptionId: `${id}-subscription`, vnetName: `vnet_${id}` };
  }
  if (provider === "GCP") return { gcpProjectId: `p-${id}`, networkName: `nt-${id}` };
  return { regionName: region, vpcId: `vpc-${id.slice(-17)}` };
}

export function isIn(container: Json, region: string): boolean {
  if (container["providerName"] === "GCP") return true;
  return (textAt(container, "regionName") || textAt(container, "region")) === region;
}
