import { z } from "zod";
import { dockerMonitoringSettings, missingReceiverSecrets } from "./monitoring-settings.ts";
import { containerRange } from "./network-range.ts";
import { secretSetting } from "./secret-setting.ts";
import { paritySettings, replicationSetting, trafficSettings } from "./shift-settings.ts";

const port = z.int().min(1).max(65_535);
const address = z.union([z.ipv4(), z.ipv6()]);

/** What a Docker stack may set. Every key is documented here; docs/settings.md is rendered from it. */
export const dockerSettingsSchema = z
  .strictObject({
    bindAddress: address
      .default("127.0.0.1")
      .describe("Address that published ports bind to; 0.0.0.0 opens them to the network"),
    networkRange: containerRange
      .optional()
      .describe(
        "Private addresses that the stack's networks share, for example 10.90.0.0/20; each stack needs its own. Absent: Docker chooses from its pools, which end at about 30 networks. Another range makes networks and containers anew; taking it away leaves them as they are",
      ),
    logLevel: z
      .enum(["debug", "info", "warn", "error"])
      .default("info")
      .describe("Log level of the backends and the prediction service"),
    administratorEmail: z
      .email()
      .default("admin@trials.example")
      .describe("Login of the first administrator"),
    gateway: z
      .strictObject({
        port: port.describe("Published port of the API gateway"),
        ...trafficSettings,
        sticky: z
          .boolean()
          .default(true)
          .describe(
            "A client (its token, else its address) stays with its backend; the share is one of clients",
          ),
      })
      .describe("The API gateway"),
    backendNode: z
      .strictObject({
        port: port.describe("Published port of the Node backend"),
        memory: z.int().min(64).default(256).describe("Memory limit, MiB"),
      })
      .describe("The Node backend"),
    backendPython: z
      .strictObject({
        port: port.describe("Published port of the Python backend"),
        memory: z.int().min(64).default(256).describe("Memory limit, MiB"),
      })
      .describe("The Python backend"),
    documentStore: z
      .strictObject({
        engine: z
          .enum(["embedded", "mongodb"])
          .default("embedded")
          .describe("embedded: wire-compatible server built here; mongodb: the official image"),
        nodePort: port.describe("Published port of the Node backend's document store"),
        pythonPort: port.describe("Published port of the Python backend's document store"),
        memory: z.int().min(128).default(384).describe("Memory limit of each, MiB"),
      })
      .describe("The document stores, one for each backend"),
    graphStore: z
      .strictObject({
        boltPort: port.describe("Published Bolt port"),
        httpPort: port.describe("Published HTTP port"),
        memory: z.int().min(512).default(900).describe("Memory limit, MiB"),
      })
      .describe("The graph store"),
    analytics: z
      .strictObject({
        enabled: z
          .boolean()
          .default(true)
          .describe("Runs the prediction service, the knowledge graph and the notebooks"),
      })
      .prefault({})
      .describe("The analytics services; off makes a light environment"),
    planet: z
      .strictObject({
        memory: z.int().min(128).default(192).describe("Memory limit, MiB"),
      })
      .prefault({})
      .describe("The prediction service"),
    notebooks: z
      .strictObject({
        memory: z.int().min(256).default(512).describe("Memory limit, MiB: the server and all its kernels"),
      })
      .prefault({})
      .describe("The notebooks"),
    monitoring: dockerMonitoringSettings,
    parity: paritySettings,
    replication: replicationSetting,
    images: z
      .strictObject({
        base: z.string().min(1).default("debian:trixie-slim").describe("Base image of every service"),
        buildSettings: z
          .string()
          .min(1)
          .default("trials/build-settings:local")
          .describe("Image with this machine's package-client settings; mounted while building, in no image"),
      })
      .prefault({})
      .describe("How images are built"),
    alertWebhookUrl: secretSetting(
      "Address of the webhook; for `monitoring.receiver.kind: webhook`",
    ).optional(),
    alertMailPassword: secretSetting("Password of `monitoring.receiver.user`").optional(),
  })
  .check(({ value, issues }) => {
    for (const key of missingReceiverSecrets(value)) {
      issues.push({ code: "custom", path: [key], message: "is missing", input: undefined });
    }
  });

export type DockerSettings = z.infer<typeof dockerSettingsSchema>;
