import { kindOf } from "../pod-spec.ts";
import { listAt, textAt, valueAt } from "../property.ts";
import type { JudgedResource, ResourceRule, RuleSettings } from "../rule.ts";

/** Ports of what the platform keeps data in: MongoDB, Neo4j, caches; PostgreSQL and MySQL for what may come. */
const DATABASE_PORTS = [27015, 27016, 27017, 27018, 27019, 7473, 7474, 7687, 6379, 6380, 5432, 3306];
const DATABASE_NAMES = /mongo|bolt|neo4j|redis|valkey|postgres|mysql/i;
/** A range with a shorter prefix holds a 256th of all addresses or more. */
const SHORTEST_PREFIX = { v4: 8, v6: 16 };

/** Databases are reached from inside only. */
export const noPublicDatabase: ResourceRule = {
  name: "no-public-database",
  judges: "resource",
  description:
    "No database is open to the internet: not by an access list, a published port, a load balancer or a node port.",
  remedy: "Name the ranges that connect; publish on 127.0.0.1; keep a database's Service of type ClusterIP.",
  level: "mandatory",
  severity: "critical",
  settings: {
    databasePorts: {
      description: "Ports that count as a database's.",
      type: "array",
      items: { type: "integer" },
      default: DATABASE_PORTS,
    },
  },
  check(resource, settings) {
    if (resource.type === "mongodbatlas:index/projectIpAccessList:ProjectIpAccessList") {
      return openRanges(resource);
    }
    if (resource.type === "docker:index/container:Container") return publishedPorts(resource, settings);
    return kindOf(resource) === "Service" ? exposedService(resource, settings) : [];
  },
};

function openRanges({ properties }: JudgedResource): string[] {
  return ["cidrBlock", "ipAddress"].flatMap((field) => {
    const range = textAt(properties, field);
    return range !== undefined && isWide(range) ? [`${field} ${range} lets the internet in`] : [];
  });
}

function isWide(range: string): boolean {
  const [address = "", prefix] = range.split("/");
  if (address === "0.0.0.0" || address === "::") return true;
  const shortest = address.includes(":") ? SHORTEST_PREFIX.v6 : SHORTEST_PREFIX.v4;
  return prefix !== undefined && Number(prefix) < shortest;
}

function isDatabasePort(port: unknown, settings: RuleSettings): boolean {
  return listAt(settings, "databasePorts").includes(port);
}

function publishedPorts({ properties }: JudgedResource, settings: RuleSettings): string[] {
  return listAt(properties, "ports").flatMap((port, index) => {
    const internal = valueAt(port, "internal");
    if (!isDatabasePort(internal, settings) || isLoopback(valueAt(port, "ip"))) return [];
    return [`ports[${index}] publishes ${String(internal)} on ${textAt(port, "ip") ?? "every address"}`];
  });
}

function isLoopback(address: unknown): boolean {
  if (typeof address === "symbol") return true;
  return typeof address === "string" && (address.startsWith("127.") || address === "::1");
}

function exposedService({ properties }: JudgedResource, settings: RuleSettings): string[] {
  const type = textAt(properties, "spec", "type") ?? "ClusterIP";
  const isExposed =
    ["LoadBalancer", "NodePort"].includes(type) || listAt(properties, "spec", "externalIPs").length > 0;
  if (!isExposed) return [];
  return listAt(properties, "spec", "ports").flatMap((port, index) => {
    const numbers = [valueAt(port, "port"), valueAt(port, "targetPort")];
    const names = [textAt(port, "name"), textAt(port, "targetPort"), textAt(port, "appProtocol")];
    const isDatabase =
      numbers.some((number) => isDatabasePort(number, settings)) ||
      names.some((name) => DATABASE_NAMES.test(name ?? ""));
    return isDatabase ? [`spec.ports[${index}] of a Service of type ${type} opens a database`] : [];
  });
}
