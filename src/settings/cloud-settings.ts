import { z } from "zod";
import { atlasSettings } from "./atlas-settings.ts";
import { graphSettings } from "./graph-settings.ts";
import {
  externalSecretsSettings,
  gatewaySettings,
  knowledgeGraphSettings,
  kubernetesSettings,
  monitoringSettings,
  scaleSettings,
} from "./kubernetes-settings.ts";
import { secretSetting } from "./secret-setting.ts";
import { paritySettings, replicationSetting } from "./shift-settings.ts";
import { trainingSettings } from "./training-settings.ts";

/** The images that a cloud stack runs: folders below `services/`. */
export const CLOUD_IMAGES = [
  "backend-node",
  "backend-python",
  "cache",
  "knowledge-graph",
  "migration",
  "notebooks",
  "parity",
  "planet",
  "schema",
  "seed",
] as const;

const repository = z
  .string()
  .regex(/^[a-z0-9.-]+(:\d+)?(\/[a-z0-9._-]+)*$/, "is not a registry and path such as ghcr.io/owner/trials");
const digest = z
  .string()
  .regex(
    /^sha256:[0-9a-f]{64}$/,
    "is not a digest (sha256: and 64 hex digits); a tag may move, so none is taken",
  );

const imageDigests = z
  .record(z.string(), digest)
  .check(({ value, issues }) => {
    for (const image of CLOUD_IMAGES.filter((name) => !(name in value))) {
      issues.push({ code: "custom", path: [image], message: "is missing", input: undefined });
    }
  })
  .describe("Image -> digest, for each image of the stack; digests of others may be there too");

const images = z
  .discriminatedUnion("kind", [
    z.strictObject({
      kind: z.literal("pinned").describe("Images that are in the registry, each by its digest"),
      registry: repository.describe("Registry and path that they lie below"),
      digests: imageDigests,
    }),
    z.strictObject({
      kind: z.literal("build").describe("Images built here and pushed"),
      registry: repository.describe("Registry and path that they are pushed below"),
      username: z.string().min(1).optional().describe("Login of the registry; absent: Docker's own logins"),
      base: z.string().min(1).default("debian:trixie-slim").describe("Base image of every service"),
      buildSettings: z
        .string()
        .min(1)
        .default("trials/build-settings:local")
        .describe("Image with this machine's package-client settings; mounted while building, in no image"),
    }),
  ])
  .describe("Where images come from");

/** What a cloud stack may set. Every key is documented here; docs/settings.md is rendered from it. */
export const cloudSettingsSchema = z
  .strictObject({
    logLevel: z
      .enum(["debug", "info", "warn", "error"])
      .default("info")
      .describe("Log level of both backends"),
    administratorEmail: z.email().describe("Login of the first administrator"),
    gateway: gatewaySettings,
    backendNode: scaleSettings("The Node backend", { memory: 512, cpu: 250, max: 6 }),
    backendPython: scaleSettings("The Python backend", { memory: 512, cpu: 250, max: 6 }),
    planet: scaleSettings("The prediction service", { memory: 256, cpu: 100, max: 4 }),
    planetTraining: trainingSettings,
    parity: paritySettings,
    replication: replicationSetting,
    knowledgeGraph: knowledgeGraphSettings,
    images,
    kubernetes: kubernetesSettings,
    atlas: atlasSettings,
    graph: graphSettings,
    monitoring: monitoringSettings,
    externalSecrets: externalSecretsSettings,
    atlasClientSecret: secretSetting("Secret of the service account of Atlas"),
    graphCredentials: secretSetting(
      "The file that Aura handed out with the instance, as a whole; for `graph.mode: external`",
    ).optional(),
    auraClientSecret: secretSetting("Secret of Aura's API credentials; for `graph.mode: managed`").optional(),
    registryPassword: secretSetting("Password of `images.username`").optional(),
  })
  .check(({ value, issues }) => {
    for (const key of missingSecrets(value)) {
      issues.push({ code: "custom", path: [key], message: "is missing", input: undefined });
    }
  });

export type CloudSettings = z.infer<typeof cloudSettingsSchema>;

interface SecretUses {
  readonly graph: { readonly mode: "external" | "managed" };
  readonly images: { readonly kind: "pinned" | "build"; readonly username?: string | undefined };
  readonly graphCredentials?: unknown;
  readonly auraClientSecret?: unknown;
  readonly registryPassword?: unknown;
}

function missingSecrets(settings: SecretUses): string[] {
  const { graph, images: from } = settings;
  const needed = {
    graphCredentials: graph.mode === "external",
    auraClientSecret: graph.mode === "managed",
    registryPassword: from.kind === "build" && from.username !== undefined,
  };
  return Object.entries(needed)
    .filter(([key, isNeeded]) => isNeeded && settings[key as keyof typeof needed] === undefined)
    .map(([key]) => key);
}
