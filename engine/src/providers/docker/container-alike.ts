import type { PropertyMap, PropertyValue } from "../../protocol/property-value.ts";
import { isZero, numberAt, textAt, textsAt } from "./values.ts";

/** Capabilities: Docker writes `CAP_` before each name, people often do not. */
export function alikeCapabilities(recorded: PropertyValue, declared: PropertyValue): boolean {
  const sets = [recorded, declared].map((value) =>
    ["adds", "drops"].map((key) =>
      textsAt((value ?? {}) as PropertyMap, key)
        .map(capabilityName)
        .sort()
        .join(),
    ),
  );
  return sets[0]?.join("|") === sets[1]?.join("|");
}

function capabilityName(name: string): string {
  return name.toUpperCase().replace(/^CAP_/, "");
}

/** Ports: in any order, and a port whose host side is left to Docker is alike whatever Docker chose. */
export function alikePorts(recorded: PropertyValue, declared: PropertyValue): boolean {
  const left = [...(recorded as readonly PropertyMap[])];
  const right = declared as readonly PropertyMap[];
  if (left.length !== right.length) return false;
  return right.every((port) => {
    const index = left.findIndex((other) => alikePort(other, port));
    if (index >= 0) left.splice(index, 1);
    return index >= 0;
  });
}

function alikePort(recorded: PropertyMap, declared: PropertyMap): boolean {
  return (
    numberAt(recorded, "internal") === numberAt(declared, "internal") &&
    (isZero(declared["external"]) || recorded["external"] === declared["external"]) &&
    (textAt(recorded, "ip") || "0.0.0.0") === (textAt(declared, "ip") || "0.0.0.0") &&
    (textAt(recorded, "protocol") || "tcp") === (textAt(declared, "protocol") || "tcp")
  );
}

/** CPU counts: "1.50" is "1.5". */
export function alikeCpus(recorded: PropertyValue, declared: PropertyValue): boolean {
  return Number(recorded) === Number(declared);
}

/** Platforms: Docker answers with the operating system alone. */
export function alikePlatform(recorded: PropertyValue, declared: PropertyValue): boolean {
  const short = String(recorded);
  return !short.includes("/") && String(declared).split("/")[0] === short;
}
