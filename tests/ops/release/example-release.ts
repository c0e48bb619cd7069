import type { ReleaseDraft } from "../../../ops/release/release-store.ts";

/** A record of an update at a minute of one hour: each minute is an update of its own. */
export function draftAt(minute: number, changes: Partial<ReleaseDraft> = {}): ReleaseDraft {
  const at = new Date(Date.UTC(2026, 0, 1, 12, minute)).toISOString();
  return {
    at,
    by: { user: "Test", host: "here" },
    git: { commit: "0".repeat(40), branch: "main", dirty: false },
    message: `update ${minute}`,
    engine: { kind: "embedded", version: "v3.260.0" },
    cause: { kind: "up" },
    update: { version: 0, startedAt: at, endedAt: at },
    images: { gateway: "sha256:1" },
    contexts: [`.images/gateway/${String(minute).padStart(16, "0")}`],
    schemas: { "document-store": "3" },
    dataSnapshots: [{ store: "graph-store", kind: "docker-volume", id: `s${minute}`, at }],
    settings: { fingerprint: "f".repeat(64), key: "k", values: { "trials:logLevel": { value: "info" } } },
    health: { verdict: "healthy", services: { gateway: { state: "up", reason: "container is healthy" } } },
    parity: { verdict: "not measured" },
    changes: { update: 1, same: 2 },
    durationMilliseconds: 1200,
    ...changes,
  };
}

/** A state with some resources, `[name, inputs]`, that all belong to one component. */
export function checkpointOf(resources: { readonly [name: string]: object }) {
  const urn = (type: string, name: string) => `urn:pulumi:dev::trials::${type}::${name}`;
  const stack = urn("pulumi:pulumi:Stack", "trials-dev");
  const component = urn("trials:components:Gateway", "gateway");
  return {
    version: 3,
    deployment: {
      resources: [
        { urn: stack, type: "pulumi:pulumi:Stack" },
        { urn: component, type: "trials:components:Gateway", parent: stack },
        ...Object.entries(resources).map(([name, inputs]) => ({
          urn: urn("docker:index/container:Container", name),
          type: "docker:index/container:Container",
          custom: true,
          parent: component,
          inputs,
        })),
      ],
    },
  };
}
