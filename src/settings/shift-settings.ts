import { z } from "zod";

/** How requests are split between the backends, on every platform. */
export const trafficSettings = {
  pythonWeight: z.int().min(0).max(100).default(0).describe("Share of /v1 reads for Python, percent"),
  systemOfRecord: z
    .enum(["node", "python"])
    .default("node")
    .describe("Backend that gets whatever may write; `./infra cut-over` changes it"),
  writes: z
    .enum(["open", "frozen"])
    .default("open")
    .describe("frozen: what may write gets 503; `./infra cut-over` does it for a moment"),
};

/** The comparator. */
export const paritySettings = z
  .strictObject({
    enabled: z.boolean().default(true).describe("Runs the comparator, which gets copies of reads"),
    share: z.int().min(0).max(100).default(100).describe("Share of reads that it gets a copy of, percent"),
    memory: z.int().min(96).default(128).describe("Memory limit, MiB"),
  })
  .prefault({})
  .describe("The shadow comparator of both backends");

/** The copying of documents. */
export const replicationSetting = z
  .enum(["off", "node-to-python", "python-to-node"])
  .default("off")
  .describe("Keeps one backend's documents a copy of the other's; `./infra cut-over` changes it");
