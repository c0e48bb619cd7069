import type Docker from "dockerode";
import { type Canonical, type CanonicalEntry, canonical, keyedTexts } from "../../canonical.ts";
import type { ManagedResource, PlainObject } from "../../recorded.ts";
import { flagAt, mapsAt, textAt, textMapAt } from "../inputs.ts";
import { labelsAt } from "./declared-container.ts";
import { KEPT } from "./volume-content.ts";

interface AddressRange {
  readonly Subnet?: string;
  readonly IPRange?: string;
  readonly Gateway?: string;
}

/** A network as Docker tells it. Ranges that Docker chose by itself say nothing. */
export function liveNetwork(network: Docker.NetworkInspectInfo, declared: PlainObject): Canonical {
  const ranges = (network.IPAM?.Config ?? []) as readonly AddressRange[];
  return canonical([
    ["id", network.Id],
    ["name", network.Name],
    ["driver", network.Driver],
    ["internal", network.Internal],
    ["attachable", network.Attachable],
    ["ingress", network.Ingress],
    ["ipv6", network.EnableIPv6],
    ["ipamDriver", network.IPAM?.Driver ?? "default"],
    ...keyedTexts("options", network.Options),
    ...keyedTexts("ipamOptions", network.IPAM?.Options),
    ...keyedTexts("labels", network.Labels),
    ...(mapsAt(declared, "ipamConfigs").length === 0 ? [] : ranges.map(rangeEntry)),
  ]);
}

/** The network that Docker would make of the recorded inputs. */
export function declaredNetwork({ id, inputs, outputs }: ManagedResource): Canonical {
  const ranges = mapsAt(inputs, "ipamConfigs").map((range) => ({
    Subnet: textAt(range, "subnet"),
    IPRange: textAt(range, "ipRange"),
    Gateway: textAt(range, "gateway"),
  }));
  return canonical([
    ["id", id],
    ["name", textAt(inputs, "name") || textAt(outputs, "name")],
    ["driver", textAt(inputs, "driver") || textAt(outputs, "driver") || "bridge"],
    ["internal", flagAt(inputs, "internal")],
    ["attachable", flagAt(inputs, "attachable")],
    ["ingress", flagAt(inputs, "ingress")],
    ["ipv6", flagAt(inputs, "ipv6")],
    ["ipamDriver", textAt(inputs, "ipamDriver") || "default"],
    ...keyedTexts("options", textMapAt(inputs, "options")),
    ...keyedTexts("ipamOptions", textMapAt(inputs, "ipamOptions")),
    ...keyedTexts("labels", labelsAt(inputs)),
    ...ranges.map(rangeEntry),
  ]);
}

function rangeEntry(range: AddressRange): CanonicalEntry {
  return [
    `ipamConfigs[${range.Subnet ?? ""}]`,
    `${range.IPRange ?? ""} ${range.Gateway ?? ""}`.trim() || "set",
  ];
}

/** A volume as Docker tells it; of its content, whether it is the recorded volume's. */
export function liveVolume(volume: Docker.VolumeInspectInfo, content: string): Canonical {
  return canonical([
    ["name", volume.Name],
    ["driver", volume.Driver],
    ["content", content],
    ...keyedTexts("driverOpts", volume.Options),
    ...keyedTexts("labels", volume.Labels),
  ]);
}

/** The volume that Docker would make of the recorded inputs. */
export function declaredVolume({ id, inputs, outputs }: ManagedResource): Canonical {
  return canonical([
    ["name", textAt(inputs, "name") || id],
    ["driver", textAt(inputs, "driver") || textAt(outputs, "driver") || "local"],
    ["content", KEPT],
    ...keyedTexts("driverOpts", textMapAt(inputs, "driverOpts")),
    ...keyedTexts("labels", labelsAt(inputs)),
  ]);
}
