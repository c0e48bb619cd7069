import { z } from "zod";
import { Refusal } from "./errors.ts";
import { CDC_MODES, INSTANCE_TYPES } from "./rules.ts";

const text = z.string().min(1);
const size = z.string().regex(/^\d+GB$/, "is a size such as 2GB");

/** Body of a creation. */
export const createBody = z.strictObject({
  version: text,
  name: text.max(30),
  type: z.enum(INSTANCE_TYPES),
  tenant_id: text,
  cloud_provider: z.enum(["gcp", "aws", "azure"]),
  region: text,
  memory: size,
  storage: size.optional(),
  secondaries_count: z.int().min(0).max(3).optional(),
  cdc_enrichment_mode: z.enum(CDC_MODES).optional(),
  vector_optimized: z.boolean().optional(),
  graph_analytics_plugin: z.boolean().optional(),
  customer_managed_key_id: text.optional(),
  source_instance_id: text.optional(),
  source_snapshot_id: text.optional(),
});

/** Body of a change: one of three disjoint sets of keys. */
export const patchBody = z
  .strictObject({
    name: text.max(30).optional(),
    memory: size.optional(),
    secondaries_count: z.int().min(0).max(3).optional(),
    cdc_enrichment_mode: z.enum(CDC_MODES).optional(),
  })
  .refine(
    (body) => {
      const others = Object.keys(body).filter((key) => key !== "name" && key !== "memory");
      return others.length === 0 || Object.keys(body).length === 1;
    },
    { error: "name and memory, secondaries_count and cdc_enrichment_mode cannot be changed together" },
  );

export const overwriteBody = z.strictObject({
  source_instance_id: text.optional(),
  source_snapshot_id: text.optional(),
});

export type CreateBody = z.infer<typeof createBody>;
export type PatchBody = z.infer<typeof patchBody>;

/** Strict: what the API does not know is refused, so that a client's mistake does not pass unseen. */
export function parseBody<Schema extends z.ZodType>(schema: Schema, body: unknown): z.infer<Schema> {
  const parsed = schema.safeParse(body ?? {});
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const field = issue?.path.join(".") ?? "";
  throw new Refusal("invalid-request", {
    message: `${field || "the body"}: ${issue?.message ?? "is not valid"}`,
    ...(field === "" ? {} : { field }),
  });
}
