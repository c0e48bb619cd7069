import { kindOf } from "../pod-spec.ts";
import { listAt, mapAt, textAt, valueAt } from "../property.ts";
import type { ResourceRule } from "../rule.ts";

const DIRECTIONS = [
  ["ingress", "from"],
  ["egress", "to"],
] as const;

/** A policy that lets everybody in reads like protection and is none. */
export const noWildcardNetworkPolicy: ResourceRule = {
  name: "no-wildcard-network-policy",
  judges: "resource",
  description:
    "Network policies name whom they let in and out, and by which ports; none of them says everybody.",
  remedy: "Name peers by pod, namespace or range, and ports; an empty list or selector means all there are.",
  level: "mandatory",
  severity: "high",
  check(resource) {
    if (kindOf(resource) !== "NetworkPolicy") return [];
    return DIRECTIONS.flatMap(([direction, peers]) =>
      listAt(resource.properties, "spec", direction).flatMap((rule, index) =>
        problemsOf(rule, peers).map((problem) => `spec.${direction}[${index}] ${problem}`),
      ),
    );
  },
};

function problemsOf(rule: unknown, peers: "from" | "to"): string[] {
  const known = Array.isArray(mapAt(rule)[peers]) || mapAt(rule)[peers] === undefined;
  const named = listAt(rule, peers);
  const everybody = known && named.length === 0 ? [`has no ${peers}: everybody`] : [];
  const wide = named.flatMap((peer, index) =>
    isEverybody(peer) ? [`.${peers}[${index}] is everybody`] : [],
  );
  const hasPorts = mapAt(rule)["ports"] !== undefined;
  return [...everybody, ...wide, ...(hasPorts ? [] : ["names no ports"])];
}

function isEverybody(peer: unknown): boolean {
  const range = textAt(peer, "ipBlock", "cidr");
  if (range !== undefined) return range.endsWith("/0") && listAt(peer, "ipBlock", "except").length === 0;
  const namespaces = valueAt(peer, "namespaceSelector");
  const selects = (selector: string) => Object.keys(mapAt(peer, selector)).length > 0;
  return namespaces !== undefined && !selects("namespaceSelector") && !selects("podSelector");
}
