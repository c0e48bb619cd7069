import { z } from "zod";

/** How much a finding matters: `critical` wants an answer now, `info` is good to know. */
export const severitySchema = z.enum(["critical", "warning", "info"]);

/** What happened to a resource: a property differs, it is gone, or it is there and nobody manages it. */
export const driftKindSchema = z.enum(["changed", "deleted", "unmanaged"]);

/** One property that differs, one resource that is gone, or one object that the state does not know. */
export const driftFindingSchema = z.strictObject({
  /** Stable: the same finding has the same id in every review. */
  id: z.string().regex(/^d-[0-9a-f]{8}$/),
  kind: driftKindSchema,
  /** URN of the resource; of what is unmanaged, the platform's kind and name: `docker:container/NAME`. */
  resource: z.string().min(1),
  /** Name for people. */
  name: z.string().min(1),
  type: z.string().min(1),
  /** Component that the resource belongs to; "" where none does. */
  component: z.string(),
  /** Who answers for it. */
  owner: z.string().min(1),
  /** Path of the property; "" where the finding is about the whole resource. */
  property: z.string(),
  /** Text for people, `[secret]` for secrets; null where there is none. */
  recorded: z.string().nullable(),
  live: z.string().nullable(),
  /** Of the live value, so that an ignored value that changes again comes back; null for secrets. */
  fingerprint: z.string().nullable(),
  severity: severitySchema,
  /** Why it has this severity. */
  rule: z.string().min(1),
  /** Who saw it: the engine's refresh, the reader of the platform, or both. */
  seenBy: z.array(z.enum(["engine", "platform"])).min(1),
  /** Id of its cause in `causes`. */
  cause: z.string().regex(/^c-[0-9a-f]{8}$/),
});

/** One cause: what somebody did once, however many properties it touched. */
export const driftCauseSchema = z.strictObject({
  id: z.string().regex(/^c-[0-9a-f]{8}$/),
  /** What was done: `docker update`, `recreated with another configuration`. */
  what: z.string().min(1),
  /** Who did it, where the platform tells. */
  who: z.string().nullable(),
  /** When, where the platform tells (ISO 8601). */
  when: z.iso.datetime().nullable(),
  /** The worst of its findings. */
  severity: severitySchema,
  findings: z.array(z.string()).min(1),
});

/** An answer `ignore`, kept in `drift/ignored.STACK.yaml`. */
export const ignoredDriftSchema = z.strictObject({
  id: z.string().regex(/^d-[0-9a-f]{8}$/, "an id as the review prints it, for example d-0a1b2c3d"),
  /** For people who read the file. */
  what: z.string().min(1),
  /** Last day that it holds (UTC). */
  until: z.iso.date("a date such as 2027-01-31"),
  reason: z.string().trim().min(1),
  owner: z.string().trim().min(1),
  /** Holds for this live value only; absent for secrets. */
  fingerprint: z.string().min(1).optional(),
});

/** `drift/ignored.STACK.yaml`, kept in git and reviewed: who answers for what, and what may stay as it is for a while. */
export const ignoredDriftFileSchema = z.strictObject({
  /** Pattern of `COMPONENT/RESOURCE` (`*` is any text) -> owner; the last that matches wins. */
  owners: z.record(z.string(), z.string().trim().min(1)).default({}),
  ignored: z.array(ignoredDriftSchema).default([]),
});

/**
 * What `./infra drift STACK --json` prints. Exit code 0: nothing wants an answer; 3: `findings` is not empty;
 * 1: the review could not be made, and nothing is printed.
 */
export const driftReportSchema = z.strictObject({
  version: z.literal(1),
  project: z.string().min(1),
  stack: z.string().min(1),
  at: z.iso.datetime(),
  /** Resources that were looked at. */
  resources: z.int().min(0),
  counts: z.strictObject({
    critical: z.int().min(0),
    warning: z.int().min(0),
    info: z.int().min(0),
    ignored: z.int().min(0),
  }),
  /** What wants an answer: the worst first, then by name and property. */
  findings: z.array(driftFindingSchema),
  /** One row a cause, in the order of `findings`. */
  causes: z.array(driftCauseSchema),
  /** What is ignored now, and until when. */
  ignored: z.array(z.strictObject({ finding: driftFindingSchema, answer: ignoredDriftSchema })),
  /** Answers that hold no longer: past their day, of another live value, or of a finding that is not there. */
  stale: z.array(
    z.strictObject({ answer: ignoredDriftSchema, why: z.enum(["expired", "changed", "unknown"]) }),
  ),
});

export type Severity = z.infer<typeof severitySchema>;
export type DriftKind = z.infer<typeof driftKindSchema>;
export type DriftFinding = z.infer<typeof driftFindingSchema>;
export type DriftCause = z.infer<typeof driftCauseSchema>;
export type IgnoredDrift = z.infer<typeof ignoredDriftSchema>;
export type DriftFile = z.infer<typeof ignoredDriftFileSchema>;
export type DriftReport = z.infer<typeof driftReportSchema>;
