import { z } from "zod";
import { UserError } from "../../errors.ts";
import type { RecordedObject, RecordedValue } from "./recorded-value.ts";

const value = z.json() as z.ZodType<RecordedValue>;
const object = z.record(z.string(), value) as z.ZodType<RecordedObject>;
const texts = z
  .array(z.string())
  .nullish()
  .transform((list) => list ?? []);
const flag = z.boolean().default(false);

const resourceSchema = z.object({
  urn: z.string().min(1),
  type: z.string().min(1),
  custom: flag,
  id: z.string().default(""),
  inputs: object.default({}),
  outputs: object.default({}),
  parent: z.string().optional(),
  provider: z.string().optional(),
  dependencies: texts,
  propertyDependencies: z
    .record(z.string(), texts)
    .nullish()
    .transform((map) => map ?? {}),
  protect: flag,
  external: flag,
  delete: flag,
  retainOnDelete: flag,
  viewOf: z.string().optional(),
  aliases: texts,
  additionalSecretOutputs: texts,
  ignoreChanges: texts,
  replaceOnChanges: texts,
  hideDiff: texts,
  replacementTrigger: value.optional(),
  customTimeouts: z.record(z.string(), z.number()).default({}),
  deletedWith: z.string().optional(),
  replaceWith: texts,
  resourceHooks: z.record(z.string(), z.array(z.string())).default({}),
});

/** A resource as a checkpoint records it; only what a program can say, and what came of it. */
export type RecordedResource = z.infer<typeof resourceSchema>;

/** What a stack held at one time, dependencies before their users. */
export interface Checkpoint {
  readonly resources: readonly RecordedResource[];
}

/**
 * Reads what `pulumi stack export --show-secrets` wrote.
 *
 * @throws UserError `checkpoint-unreadable`
 */
export function readCheckpoint(deployment: unknown): Checkpoint {
  const parsed = z.object({ resources: z.array(resourceSchema).default([]) }).safeParse(deployment);
  if (parsed.success) return parsed.data;
  const first = parsed.error.issues[0];
  throw new UserError(
    "checkpoint-unreadable",
    `the recorded checkpoint cannot be read: ${first?.path.join(".")}: ${first?.message}`,
    { help: "it is damaged, or of a Pulumi newer than this program knows" },
  );
}

export const STACK_TYPE = "pulumi:pulumi:Stack";
const PROVIDER_PREFIX = "pulumi:providers:";

/** The package whose provider a resource is; undefined where it is none. */
export function providerPackage({ type }: Pick<RecordedResource, "type">): string | undefined {
  return type.startsWith(PROVIDER_PREFIX) ? type.slice(PROVIDER_PREFIX.length) : undefined;
}

/** Default providers are made by the engine, not by a program. */
export function isDefaultProvider(resource: Pick<RecordedResource, "type" | "urn">): boolean {
  return providerPackage(resource) !== undefined && /^default(_|$)/.test(nameOf(resource.urn));
}

/** Logical name: the last part of the URN, which may hold `::` itself. */
export function nameOf(urn: string): string {
  return urn.split("::").slice(3).join("::");
}

/** URN of the provider in a reference `urn::id`. */
export function providerUrn(reference: string): string {
  return reference.slice(0, reference.lastIndexOf("::"));
}
