import type Docker from "dockerode";
import type { PropertyMap } from "../../protocol/property-value.ts";
import type { LiveObject } from "../live-object.ts";
import { daemonText, failure, isNotFound } from "./daemon-error.ts";
import type { CallContext, ResourceKind } from "./kind.ts";
import { hasLabels } from "./own-labels.ts";
import { removeWhenFree } from "./removal.ts";
import { NETWORK } from "./schema-others.ts";
import { flagAt, labelList, labelsAt, mapsAt, textAt, textMapAt } from "./values.ts";

/** `docker:index/network:Network`. */
export const networkKind: ResourceKind = {
  schema: NETWORK,
  create: createNetwork,
  read: readNetwork,
  update: async () => ({}),
  findInterrupted: findNetwork,
  remove: removeNetwork,
};

/** Names of networks need not be unique: of several that could be it, none is taken. */
async function findNetwork(
  context: CallContext,
  inputs: PropertyMap,
): Promise<LiveObject | "absent" | "unknown"> {
  const name = textAt(inputs, "name");
  const listed = await context.docker.listNetworks({ filters: { name: [name] } });
  const found: LiveObject[] = [];
  for (const { Id, Name } of listed) {
    const live = Name === name ? await readNetwork(context, Id) : undefined;
    if (live !== undefined && hasLabels(labelsAt(live.values, "labels"), inputs)) found.push(live);
  }
  const [only, ...others] = found;
  if (only === undefined) return "absent";
  return others.length > 0 ? "unknown" : only;
}

async function createNetwork(context: CallContext, inputs: PropertyMap): Promise<LiveObject> {
  const name = textAt(inputs, "name");
  const id = await context.docker.createNetwork(networkRequest(inputs)).then(
    (network) => network.id,
    async (error: unknown) => {
      const text = daemonText(error);
      throw failure(`Unable to create network: ${text}`, rangeHelp(text) || (await takenHelp(context, name)));
    },
  );
  const live = await readNetwork(context, id);
  if (live === undefined) throw failure(`network ${name} disappeared right after its creation`);
  return live;
}

function rangeHelp(text: string): string {
  if (text.includes("non-overlapping IPv4 address pool")) {
    return "Docker's address pools are used up: remove networks that nobody needs (`docker network ls`), or give this one a subnet.";
  }
  if (text.includes("Pool overlaps")) {
    return "Another network on this machine has these addresses (`docker network inspect`): give this one a subnet of its own.";
  }
  return "";
}

async function takenHelp(context: CallContext, name: string): Promise<string> {
  const found = await context.docker.listNetworks({ filters: { name: [name] } }).catch(() => []);
  const other = found.find((network) => network.Name === name);
  if (other === undefined) return "";
  return (
    `If an interrupted update made it, take it over with \`pulumi import ${NETWORK.type} <name> ${other.Id}\`, ` +
    `or remove it with \`docker network rm ${name}\`.`
  );
}

/** Docker's request for a network. */
export function networkRequest(inputs: PropertyMap): Docker.NetworkCreateOptions {
  const has = (key: string): boolean => inputs[key] !== undefined && inputs[key] !== null;
  return {
    Name: textAt(inputs, "name"),
    CheckDuplicate: true,
    ...(has("driver") ? { Driver: textAt(inputs, "driver") } : {}),
    ...(has("options") ? { Options: textMapAt(inputs, "options") } : {}),
    Labels: labelsAt(inputs, "labels"),
    Internal: flagAt(inputs, "internal"),
    Attachable: flagAt(inputs, "attachable"),
    Ingress: flagAt(inputs, "ingress"),
    EnableIPv6: flagAt(inputs, "ipv6"),
    IPAM: {
      Driver: textAt(inputs, "ipamDriver") || "default",
      Config: mapsAt(inputs, "ipamConfigs").map(ipamRequest),
      Options: textMapAt(inputs, "ipamOptions"),
    },
  };
}

function ipamRequest(config: PropertyMap): { [key: string]: string | Record<string, string> } {
  const texts = Object.entries({ Subnet: "subnet", IPRange: "ipRange", Gateway: "gateway" }).flatMap(
    ([theirs, ours]) => (textAt(config, ours) === "" ? [] : [[theirs, textAt(config, ours)]]),
  );
  const auxiliary = textMapAt(config, "auxAddress");
  return {
    ...Object.fromEntries(texts),
    ...(Object.keys(auxiliary).length > 0 ? { AuxiliaryAddresses: auxiliary } : {}),
  };
}

async function readNetwork(context: CallContext, id: string): Promise<LiveObject | undefined> {
  const network = await inspect(context, id);
  return network === undefined ? undefined : { id: network.Id, values: networkValues(network) };
}

async function inspect(context: CallContext, id: string): Promise<Docker.NetworkInspectInfo | undefined> {
  try {
    return (await context.docker.getNetwork(id).inspect()) as Docker.NetworkInspectInfo;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw failure(`Unable to inspect network: ${daemonText(error)}`);
  }
}

/** A network's attributes as Docker tells them. */
export function networkValues(network: Docker.NetworkInspectInfo): PropertyMap {
  return {
    name: network.Name,
    labels: labelList(network.Labels),
    driver: network.Driver,
    options: network.Options ?? {},
    internal: network.Internal,
    attachable: network.Attachable,
    ingress: network.Ingress,
    ipv6: network.EnableIPv6,
    ipamDriver: network.IPAM?.Driver ?? "default",
    ipamOptions: network.IPAM?.Options ?? {},
    ipamConfigs: (network.IPAM?.Config ?? []).map(ipamValues),
    scope: network.Scope,
  };
}

/** One address range as Docker tells it. */
export function ipamValues(config: { readonly [key: string]: unknown }): PropertyMap {
  const text = (key: string): string => String(config[key] ?? "");
  return {
    auxAddress: (config["AuxiliaryAddresses"] ?? {}) as PropertyMap,
    gateway: text("Gateway"),
    ipRange: text("IPRange"),
    subnet: text("Subnet"),
  };
}

function removeNetwork(context: CallContext, id: string): Promise<void> {
  return removeWhenFree(context, {
    remove: () => context.docker.getNetwork(id).remove(),
    busyText: "has active endpoints",
    prefix: "Unable to remove network: ",
    users: async () => {
      const network = await inspect(context, id);
      return Object.values(network?.Containers ?? {}).map((container) => container.Name);
    },
  });
}
