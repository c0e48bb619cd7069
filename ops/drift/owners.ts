import type { DriftFile } from "../../contracts/drift.ts";
import type { ManagedResource, Plain } from "./recorded.ts";

/** Label of a container, annotation of a Kubernetes object. */
const OWNER = ["trials.owner", "trials.example/owner"];

interface Owned {
  readonly name: string;
  readonly component: string;
}

/** Who answers for a resource: what its labels say, else the last pattern that matches, else its component. */
export function ownerOf(
  owned: Owned,
  owners: DriftFile["owners"],
  resource: ManagedResource | undefined,
): string {
  const path = `${owned.component}/${owned.name}`;
  const matching = Object.entries(owners).filter(([pattern]) => toExpression(pattern).test(path));
  return labelledOwner(resource) ?? matching.at(-1)?.[1] ?? (owned.component || owned.name);
}

function toExpression(pattern: string): RegExp {
  const parts = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`);
}

function labelledOwner(resource: ManagedResource | undefined): string | undefined {
  const { labels, metadata } = resource?.inputs ?? {};
  const pairs = Array.isArray(labels)
    ? labels.map((pair: Plain) => [memberOf(pair, "label"), memberOf(pair, "value")])
    : [labels, memberOf(metadata, "labels"), memberOf(metadata, "annotations")].flatMap((map) =>
        Object.entries(map ?? {}),
      );
  const owner = pairs.find(([label]) => OWNER.includes(String(label)))?.[1];
  return typeof owner === "string" ? owner : undefined;
}

function memberOf(value: Plain | undefined, key: string): Plain | undefined {
  return typeof value === "object" && value !== null
    ? (Reflect.get(value, key) as Plain | undefined)
    : undefined;
}
