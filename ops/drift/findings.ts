import { createHash } from "node:crypto";
import type { DriftCause, DriftFile, DriftFinding, Severity } from "../../contracts/drift.ts";
import { groupByCause } from "./causes.ts";
import type { Seen } from "./merge.ts";
import { ownerOf } from "./owners.ts";
import type { ManagedResource } from "./recorded.ts";
import { judge } from "./severity.ts";

const SEVERITIES: readonly Severity[] = ["critical", "warning", "info"];

/** The findings, the worst first, and their causes in that order. */
export function toFindings(
  seen: readonly Seen[],
  resources: readonly ManagedResource[],
  owners: DriftFile["owners"],
): { readonly findings: DriftFinding[]; readonly causes: DriftCause[] } {
  const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
  const groups = groupByCause(seen).map((group) => {
    const cause = `c-${shortHash(...group.map(idOf).sort())}`;
    const findings = group
      .map((sighting) => toFinding(sighting, cause, ownerOf(sighting, owners, byUrn.get(sighting.resource))))
      .sort(byWeight);
    return { group, cause, findings };
  });
  groups.sort((left, right) => byWeight(left.findings[0], right.findings[0]));
  const causes = groups.map(({ group, cause, findings }): DriftCause => {
    const [first] = group;
    return {
      id: cause,
      what: first?.trace.what ?? "",
      who: first?.trace.who ?? null,
      when: first?.trace.when ?? null,
      severity: findings[0]?.severity ?? "info",
      findings: findings.map(({ id }) => id),
    };
  });
  return { findings: groups.flatMap(({ findings }) => findings).sort(byWeight), causes };
}

function toFinding(seen: Seen, cause: string, owner: string): DriftFinding {
  const { kind, resource, name, type, component, property, recorded, live, secret, seenBy } = seen;
  return {
    id: idOf(seen),
    kind,
    resource,
    name,
    type,
    component,
    owner,
    property,
    recorded,
    live,
    fingerprint: secret ? null : shortHash(live ?? ""),
    ...judge(seen),
    seenBy,
    cause,
  };
}

/** Of where it is, not of what it is: the same place has the same id in every review. */
function idOf({ kind, resource, property }: Seen): string {
  return `d-${shortHash(kind, resource, property)}`;
}

function shortHash(...parts: readonly string[]): string {
  return createHash("sha256").update(parts.join("\0")).digest("hex").slice(0, 8);
}

function byWeight(left: DriftFinding | undefined, right: DriftFinding | undefined): number {
  const key = (finding: DriftFinding | undefined) =>
    finding === undefined
      ? ""
      : [SEVERITIES.indexOf(finding.severity), finding.component, finding.name, finding.property].join("\0");
  return key(left) < key(right) ? -1 : 1;
}
