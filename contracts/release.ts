import { z } from "zod";

const sha256 = z.string().regex(/^[0-9a-f]{64}$/, "is no SHA-256");
const time = z.iso.datetime();
const count = z.int().min(0);

/** Why a release was made. */
export const releaseCauseSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("up") }),
  z.strictObject({
    kind: z.literal("rollback"),
    /** Number of the release that was current before. */
    of: z.int().min(1),
    /** Number of the release that was made current again. */
    to: z.int().min(1),
  }),
  z.strictObject({
    kind: z.literal("shift"),
    /** Share of Python before and after, percent. */
    from: z.int().min(0).max(100),
    to: z.int().min(0).max(100),
  }),
  z.strictObject({ kind: z.literal("cut-over") }),
  /** The update was made, but whoever made it did not live to record it, or went past `./infra`. */
  z.strictObject({
    kind: z.literal("recovered"),
    /** What it was to be; absent where nobody had written that down. */
    intended: z.enum(["up", "rollback", "shift", "cut-over"]).optional(),
  }),
]);

/** State of the sources that a release was made from. */
export const gitStateSchema = z.strictObject({
  commit: z.string().regex(/^[0-9a-f]{40,64}$/, "is no commit"),
  /** Absent where none is checked out. */
  branch: z.string().min(1).optional(),
  /** True where files differed from the commit. */
  dirty: z.boolean(),
});

/** A copy of a store's data, by which it can be brought back. */
export const dataSnapshotSchema = z.strictObject({
  /** Store that it was taken of: a key of the stack's services, or of the cloud outputs. */
  store: z.string().min(1),
  kind: z.enum(["docker-volume", "atlas", "aura"]),
  id: z.string().min(1),
  at: time,
  bytes: count.optional(),
  sha256: sha256.optional(),
});

/** A setting: in clear, or of a secret its keyed fingerprint. */
export const recordedSettingSchema = z.union([
  z.strictObject({ value: z.string() }),
  z.strictObject({ secret: sha256 }),
]);

export const recordedSettingsSchema = z.strictObject({
  /** SHA-256 over all of `values`: equal where no setting differs. */
  fingerprint: sha256,
  /** Which key the fingerprints of secrets were made with; those of different keys cannot be compared. */
  key: z.string().min(1),
  values: z.record(z.string(), recordedSettingSchema),
});

export const serviceHealthSchema = z.strictObject({
  state: z.enum(["up", "down", "unknown"]),
  /** What was seen. */
  reason: z.string(),
});

/** How the services were after the update. */
export const healthVerdictSchema = z.strictObject({
  /** `unhealthy` where a service is down, `unknown` where one cannot be asked. */
  verdict: z.enum(["healthy", "unhealthy", "unknown"]),
  services: z.record(z.string(), serviceHealthSchema),
});

/** Whether both backends answered alike when the release was made. */
export const parityVerdictSchema = z.discriminatedUnion("verdict", [
  z.strictObject({ verdict: z.literal("not measured") }),
  z.strictObject({
    verdict: z.enum(["passed", "failed"]),
    /** Requests compared, and how many of them were answered differently. */
    compared: count,
    mismatched: count,
  }),
]);

/** The engine's own entry of the update, in its history. */
export const recordedUpdateSchema = z.strictObject({
  /** 0 on backends that count none. */
  version: count,
  startedAt: time,
  endedAt: time,
});

/** One successful update of a stack: what was deployed, by whom, and all that a rollback needs to deploy it again. */
export const releaseSchema = z.strictObject({
  /** Version of this schema. */
  format: z.literal(1),
  number: z.int().min(1),
  at: time,
  by: z.strictObject({ user: z.string().min(1), host: z.string().min(1) }),
  /** Absent where the program is in no git repository, or nobody knows any more. */
  git: gitStateSchema.optional(),
  message: z.string(),
  engine: z.strictObject({ kind: z.enum(["official", "embedded", "unknown"]), version: z.string().min(1) }),
  cause: releaseCauseSchema,
  update: recordedUpdateSchema,
  /** Service -> image id or digest. */
  images: z.record(z.string(), z.string().min(1)),
  /** Staged build contexts that the checkpoint's images are built from: `.images/<service>/<hash>`. */
  contexts: z.array(z.string().min(1)),
  /** Store -> version of its schema. */
  schemas: z.record(z.string(), z.string().min(1)),
  dataSnapshots: z.array(dataSnapshotSchema),
  settings: recordedSettingsSchema,
  health: healthVerdictSchema,
  parity: parityVerdictSchema,
  /** Operation -> number of resources, `same` included. */
  changes: z.record(z.string(), count),
  durationMilliseconds: count,
  /** The state after the update as `pulumi stack export` gives it, secrets encrypted; in the store by its digest. */
  checkpoint: z.strictObject({ sha256, bytes: count }),
  /** Hash of the release before; null for the first. */
  previous: sha256.nullable(),
  /** SHA-256 over the canonical JSON of all the rest. */
  hash: sha256,
});

export type Release = z.infer<typeof releaseSchema>;
export type ReleaseCause = z.infer<typeof releaseCauseSchema>;
export type GitState = z.infer<typeof gitStateSchema>;
export type DataSnapshot = z.infer<typeof dataSnapshotSchema>;
export type RecordedSetting = z.infer<typeof recordedSettingSchema>;
export type RecordedSettings = z.infer<typeof recordedSettingsSchema>;
export type RecordedUpdate = z.infer<typeof recordedUpdateSchema>;
export type ServiceHealth = z.infer<typeof serviceHealthSchema>;
export type HealthVerdict = z.infer<typeof healthVerdictSchema>;
export type ParityVerdict = z.infer<typeof parityVerdictSchema>;
