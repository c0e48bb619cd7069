import type { V1Job } from "@kubernetes/client-node";
import { describe, expect, it } from "vitest";
import { jobLike, newestByRole } from "../../../../ops/data/cloud/schema-workload.ts";

const job = (name: string, role: string, created: string): V1Job => ({
  metadata: { name, labels: { "trials.role": role }, creationTimestamp: new Date(created) },
  spec: {
    backoffLimit: 3,
    activeDeadlineSeconds: 1200,
    template: {
      metadata: {
        labels: { "trials.role": role, "controller-uid": "1", "batch.kubernetes.io/job-name": name },
      },
      spec: { serviceAccountName: role, containers: [{ name: role, image: "schema@sha256:1" }] },
    },
  },
});

describe("schema jobs on Kubernetes", () => {
  it("are the newest of each role", () => {
    const found = newestByRole([
      job("b", "node-schema", "2026-11-02"),
      job("a", "node-schema", "2026-11-01"),
      job("c", "node-seed", "2026-11-03"),
    ]);
    expect([...found].map(([role, { metadata }]) => `${role} ${metadata?.name}`)).toEqual(["node-schema b"]);
  });

  it("run again as the same pod with other arguments, once, and go by themselves", () => {
    expect(jobLike(job("b", "node-schema", "2026-11-02"), ["down", "--to", "1"])).toMatchObject({
      metadata: { generateName: "node-schema-run-", labels: { "trials.role": "schema-run" } },
      spec: {
        backoffLimit: 0,
        ttlSecondsAfterFinished: 3600,
        activeDeadlineSeconds: 1200,
        template: {
          metadata: { labels: { "trials.role": "node-schema" } },
          spec: {
            serviceAccountName: "node-schema",
            containers: [{ name: "node-schema", image: "schema@sha256:1", args: ["down", "--to", "1"] }],
          },
        },
      },
    });
  });
});
