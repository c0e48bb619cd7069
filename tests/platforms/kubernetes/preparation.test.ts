import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { planet, planetTraining } from "../../../src/catalogue/planet.ts";
import { containerBase, podBase } from "../../../src/platforms/kubernetes/container.ts";
import { preparedPod } from "../../../src/platforms/kubernetes/preparation.ts";
import type { WorkloadArgs } from "../../../src/platforms/platform.ts";

const args = { definition: planet, image: pulumi.output("registry.example/planet@sha256:00"), networks: [] };
const preparation = { definition: planetTraining, command: ["train"], path: "/models" };

const podOf = (workload: WorkloadArgs) =>
  preparedPod(podBase(workload), containerBase(workload, { envFrom: [] }), workload);

describe("preparedPod", () => {
  it("fills a directory in a first container of the same image, hardened alike, and lets the service only read it", () => {
    const pod = podOf({ ...args, preparation });
    expect(pod.volumes).toContainEqual({ name: "prepared", emptyDir: { sizeLimit: "64Mi" } });
    const service = containerBase(args, { envFrom: [] });
    expect(pod.initContainers).toEqual([
      expect.objectContaining({
        name: "planet-training",
        image: args.image,
        args: ["train"],
        securityContext: service.securityContext,
        volumeMounts: [
          { name: "scratch-0", mountPath: "/tmp" },
          { name: "prepared", mountPath: "/models" },
        ],
      }),
    ]);
    expect(pod.containers).toEqual([
      expect.objectContaining({
        volumeMounts: [
          { name: "scratch-0", mountPath: "/tmp" },
          { name: "prepared", mountPath: "/models", readOnly: true },
        ],
      }),
    ]);
  });

  it("reads a volume that was filled elsewhere, and cannot write there", () => {
    const pod = podOf({ ...args, reads: { claim: pulumi.output("models"), path: "/models" } });
    expect(pod.initContainers).toBeUndefined();
    expect(pod.volumes).toEqual([
      { name: "scratch-0", emptyDir: { sizeLimit: "64Mi" } },
      {
        name: "prepared",
        persistentVolumeClaim: { claimName: expect.anything() as unknown, readOnly: true },
      },
    ]);
    expect(pod.containers).toEqual([
      expect.objectContaining({
        volumeMounts: [
          { name: "scratch-0", mountPath: "/tmp" },
          { name: "prepared", mountPath: "/models", readOnly: true },
        ],
      }),
    ]);
  });

  it("is the service alone where there is nothing to prepare", () => {
    const pod = podOf(args);
    expect(pod.initContainers).toBeUndefined();
    expect(pod.containers).toHaveLength(1);
  });
});
