import type { DriftFinding } from "../../../contracts/drift.ts";

/** A finding as a review reports it: more memory for a container than is recorded. */
export function exampleFinding(more: Partial<DriftFinding> = {}): DriftFinding {
  return {
    id: "d-0a1b2c3d",
    kind: "changed",
    resource: "urn:gateway",
    name: "gateway",
    type: "docker:index/container:Container",
    component: "gateway",
    owner: "edge team",
    property: "memory",
    recorded: "128",
    live: "256",
    fingerprint: "0123abcd",
    severity: "warning",
    rule: "it runs otherwise than reviewed",
    seenBy: ["engine"],
    cause: "c-0a1b2c3d",
    ...more,
  };
}
