import { z } from "zod";

/** How the prediction service's model is trained. */
export const trainingSettings = z
  .discriminatedUnion("kind", [
    z.strictObject({
      kind: z
        .literal("pod")
        .describe("Each pod trains the model before it starts; it comes from the image alone"),
    }),
    z.strictObject({
      kind: z.literal("ray").describe("Ray trains it once for all pods, which read it from a volume"),
      version: z
        .string()
        .regex(/^\d+\.\d+\.\d+$/, "is not a version of Ray such as 2.60.0")
        .default("2.60.0")
        .describe("Version of Ray in the image"),
      image: z
        .string()
        .regex(
          /^[a-z0-9.-]+(:\d+)?(\/[a-z0-9._-]+)+@sha256:[0-9a-f]{64}$/,
          "is not an image by digest (registry/name@sha256:…); a tag may move, so none is taken",
        )
        .optional()
        .describe(
          "Image with Ray, bash, wget and planet in it (services/planet/README.md); absent: planet's own, which has to have them",
        ),
      operatorNamespace: z
        .string()
        .min(1)
        .default("kuberay-operator")
        .describe("Namespace of KubeRay's pods: beside Ray's own only these may ask how the job is doing"),
      workers: z
        .strictObject({
          min: z.int().min(0).default(1).describe("Workers that are started beside the head"),
          max: z.int().min(1).default(2).describe("Workers at most, for who scales a running training"),
        })
        .refine(({ min, max }) => min <= max, { path: ["max"], message: "is less than min" })
        .prefault({})
        .describe("Ray's workers"),
      cpu: z
        .int()
        .min(100)
        .default(1000)
        .describe("CPU that the head and each worker ask for, thousandths of a core"),
      memory: z.int().min(1024).default(2048).describe("Memory of the head and of each worker, MiB"),
      deadline: z.int().min(60).default(1800).describe("How long one attempt may take, seconds"),
      volume: z
        .strictObject({
          storageClass: z
            .string()
            .min(1)
            .optional()
            .describe(
              "StorageClass of the models' volume, for several nodes at a time (ReadWriteMany); absent: the cluster's default",
            ),
          size: z.int().min(64).default(1024).describe("Size of the models' volume, MiB"),
        })
        .prefault({})
        .describe("The models' volume"),
    }),
  ])
  .prefault({ kind: "pod" })
  .describe("Training of the prediction service's model");

export type TrainingSettings = z.infer<typeof trainingSettings>;
