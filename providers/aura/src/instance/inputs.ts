import { createHash } from "node:crypto";
import { z } from "zod";
import { hasUnknown, type Properties } from "../protocol/property-values.ts";
import type { Problem } from "../protocol/resource-handler.ts";

const size = z.string().regex(/^\d+GB$/, "is a size in gigabytes, such as 2GB");
const text = z.string().min(1, "is empty");

/** Longest name that Aura takes. */
const NAME_LENGTH = 30;

const TYPES = [
  "free-db",
  "professional-db",
  "business-critical",
  "enterprise-db",
  "professional-ds",
  "enterprise-ds",
] as const;

/** Inputs of an instance, defaults filled in. */
export const instanceSchema = z.strictObject({
  name: text.max(NAME_LENGTH, `is longer than ${NAME_LENGTH} characters`),
  tenantId: text,
  type: z.enum(TYPES, { error: `is one of ${TYPES.join(", ")}` }),
  cloudProvider: z.enum(["gcp", "aws", "azure"], { error: "is one of gcp, aws, azure" }),
  region: text,
  memory: size,
  storage: size.optional(),
  version: text,
  desiredState: z.enum(["running", "paused"], { error: "is one of running, paused" }),
  secondariesCount: z.int().min(0).optional(),
  cdcEnrichmentMode: z.enum(["OFF", "DIFF", "FULL"], { error: "is one of OFF, DIFF, FULL" }).optional(),
  vectorOptimized: z.boolean().optional(),
  graphAnalyticsPlugin: z.boolean().optional(),
  customerManagedKeyId: text.optional(),
  restoreFrom: z.strictObject({ snapshotId: text, instanceId: text.optional() }).optional(),
  snapshotBeforeChange: z.boolean(),
  password: text.optional(),
});

export type InstanceInputs = z.infer<typeof instanceSchema>;

const FREE = { cloudProvider: "gcp", region: "europe-west1", memory: "1GB" } as const;
const CDC_TYPES: readonly unknown[] = ["business-critical", "enterprise-db"];
const SMALLEST_VECTOR_MEMORY_GB = 4;

/** What is not set and has a default. */
export function defaultsOf(
  news: Properties,
  { urn, tenantId }: { urn: string; tenantId: string | undefined },
): Properties {
  const defaults: Properties = {
    name: nameOf(urn),
    ...(tenantId === undefined ? {} : { tenantId }),
    ...(news["type"] === "free-db" ? FREE : {}),
    version: "5",
    desiredState: "running",
    snapshotBeforeChange: true,
  };
  return Object.fromEntries(Object.entries(defaults).filter(([key]) => news[key] === undefined));
}

/** Project, stack and resource name; the same at every run, so that the instance is found again. */
function nameOf(urn: string): string {
  const [stack, project, , ...name] = urn.slice("urn:pulumi:".length).split("::");
  const whole = [project, stack, name.join("::")].join("-");
  if (whole.length <= NAME_LENGTH) return whole;
  const digest = createHash("sha256").update(whole).digest("hex").slice(0, 7);
  return `${whole.slice(0, NAME_LENGTH - digest.length - 1)}-${digest}`;
}

/** Problems of inputs with their defaults; what is not known yet passes. */
export function problemsOf(inputs: Properties): Problem[] {
  const unknown = Object.keys(inputs).filter((key) => hasUnknown(inputs[key]));
  const { error } = instanceSchema.safeParse(inputs);
  const problems = (error?.issues ?? []).flatMap((issue) => describe(issue, inputs));
  return [...problems, ...combinationProblems(inputs)].filter(
    ({ property }) => !unknown.includes(property.split(".")[0] ?? ""),
  );
}

function describe(issue: z.core.$ZodIssue, inputs: Properties): Problem[] {
  const property = issue.path.join(".");
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({
      property: [...issue.path, key].join("."),
      reason: "is not a property of an instance",
    }));
  }
  if (issue.path.length === 1 && inputs[property] === undefined) {
    const help = property === "tenantId" ? "; set it here, or `pulumi config set aura:tenantId ID`" : "";
    return [{ property, reason: `is missing${help}` }];
  }
  return [{ property, reason: issue.message }];
}

/** Rules that Aura has for several properties together. */
function combinationProblems({ type, memory, ...inputs }: Properties): Problem[] {
  const problems: Problem[] = [];
  if (hasUnknown(type)) return problems;
  const { cdcEnrichmentMode: cdc = "OFF", graphAnalyticsPlugin, vectorOptimized } = inputs;
  if (cdc !== "OFF" && !CDC_TYPES.includes(type)) {
    problems.push({
      property: "cdcEnrichmentMode",
      reason: "is for business-critical and enterprise-db only",
    });
  }
  if (graphAnalyticsPlugin === true && type !== "professional-db") {
    problems.push({ property: "graphAnalyticsPlugin", reason: "is for professional-db only" });
  }
  if (vectorOptimized === true && toGigabytes(memory) < SMALLEST_VECTOR_MEMORY_GB) {
    problems.push({ property: "vectorOptimized", reason: `needs ${SMALLEST_VECTOR_MEMORY_GB}GB of memory` });
  }
  return problems;
}

/** `2GB` -> 2; not a number for anything else. */
export function toGigabytes(memory: unknown): number {
  return Number.parseInt(String(memory), 10);
}
