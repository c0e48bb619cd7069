/**
 * The place of each network in an environment's range. New ones go to the end and no place is given away: else networks
 * would take each other's addresses in one update, which Docker refuses.
 */
const PLACES = [
  "backend-node-edge",
  "backend-node-data",
  "backend-python-edge",
  "backend-python-data",
  "planet-edge",
  "knowledge-graph-data",
  "notebooks-edge",
  "notebooks-data",
  "monitoring",
];
/** A range has 16 places. */
const PLACE_BITS = 4;

export interface Subnet {
  readonly subnet: string;
  readonly gateway: string;
}

/** The part of a range (IPv4, CIDR notation) that the network of a role has. */
export function subnetOf(range: string, role: string): Subnet {
  const place = PLACES.indexOf(role);
  if (place < 0) throw new Error(`network ${role} has no place in src/platforms/docker/subnet.ts`);
  const [address = "", length = ""] = range.split("/");
  const prefix = Number(length) + PLACE_BITS;
  const first = toNumber(address) + place * 2 ** (32 - prefix);
  return { subnet: `${toAddress(first)}/${prefix}`, gateway: toAddress(first + 1) };
}

function toNumber(address: string): number {
  return address.split(".").reduce((number, part) => number * 256 + Number(part), 0);
}

function toAddress(number: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join(".");
}
