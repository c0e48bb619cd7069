import { beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { readAlertRules } from "../../../src/environments/alert-rules.ts";
import { seconds } from "../../../src/quantities.ts";
import { type Recording, recordRegistrations, settled } from "../../registrations.ts";
import { kubernetesPlatform } from "./fixture.ts";

const ruleObject = z.object({
  apiVersion: z.string(),
  metadata: z.object({ name: z.string(), labels: z.record(z.string(), z.string()) }),
  spec: z.object({
    groups: z.array(
      z.object({
        name: z.string(),
        rules: z.array(z.looseObject({ alert: z.string().optional(), expr: z.string() })),
      }),
    ),
  }),
});

describe("alert rules on Kubernetes", () => {
  let recording: Recording;
  beforeEach(async () => {
    recording = await recordRegistrations("cloud");
  });
  const place = async (monitoring?: { interval: ReturnType<typeof seconds>; namespace: string }) => {
    const platform = kubernetesPlatform({}, monitoring === undefined ? {} : { monitoring });
    platform.alertRules("alerts", readAlertRules(), { parent: platform });
    await settled(platform.namespace);
    return recording.resources.filter(({ type }) => type.endsWith(":PrometheusRule"));
  };

  it("are those of the Docker environments and the cluster's own, for the operator's Prometheus", async () => {
    const [registered, ...others] = await place({ interval: seconds(30), namespace: "monitoring" });
    expect(others).toEqual([]);
    const { apiVersion, metadata, spec } = ruleObject.parse(registered?.inputs);
    expect(apiVersion).toBe("monitoring.coreos.com/v1");
    expect(metadata).toMatchObject({ name: "alerts", labels: { "trials.role": "monitoring" } });
    const names = spec.groups.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    const alerts = spec.groups.flatMap(({ rules }) => rules.flatMap(({ alert }) => alert ?? []));
    expect(alerts).toEqual(expect.arrayContaining(["DataSnapshotOld", "KubernetesJobFailed"]));
    expect(new Set(alerts).size).toBe(alerts.length);
  });

  it("are left out where nobody would judge them", async () => {
    expect(await place()).toEqual([]);
  });
});
