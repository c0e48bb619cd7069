import { z } from "zod";

/** Stands for a secret in the settings: that it is there. Its value is read by `readSecret` and stays an output. */
export type Given = "given";

/** A setting that has to be encrypted in the stack file; its text never enters the settings. */
export function secretSetting(meaning: string) {
  return z
    .string()
    .min(1)
    .transform((): Given => "given")
    .describe(meaning)
    .meta({ secret: true });
}

/** The top-level keys of a schema that are secret. */
export function secretKeysOf(schema: z.ZodObject): ReadonlySet<string> {
  const entries = Object.entries(schema.shape as { readonly [key: string]: z.ZodType });
  return new Set(entries.filter(([, field]) => isSecret(field)).map(([key]) => key));
}

function isSecret(field: z.ZodType): boolean {
  const inner = field instanceof z.ZodOptional ? (field.unwrap() as z.ZodType) : field;
  return inner.meta()?.["secret"] === true;
}
