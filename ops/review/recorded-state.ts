import { readFileSync } from "node:fs";
import { z } from "zod";
import { messageOf, UserError } from "../errors.ts";
import { isMap, isSecretForm, UNDECRYPTED } from "./values.ts";

const resourceSchema = z.looseObject({
  urn: z.string(),
  dependencies: z.array(z.string()).optional(),
  propertyDependencies: z.record(z.string(), z.array(z.string()).nullable()).optional(),
});
const deploymentSchema = z.looseObject({ resources: z.array(resourceSchema).optional() });
const exportSchema = z.looseObject({ version: z.int(), deployment: deploymentSchema });
const stateFileSchema = z.looseObject({
  version: z.int(),
  checkpoint: z.looseObject({ latest: deploymentSchema.optional() }),
});

/** A checkpoint as `pulumi stack export` writes it. */
export type RecordedState = z.infer<typeof exportSchema>;

/** Reads a checkpoint: an export, or a state file of a backend. @throws UserError `state-unreadable` */
export function readRecordedState(file: string): RecordedState {
  const help = "give a file that `pulumi stack export --file FILE` wrote";
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, "utf8"));
  } catch (cause) {
    throw new UserError("state-unreadable", `${file} is no state: ${messageOf(cause)}`, { help, cause });
  }
  const exported = exportSchema.safeParse(content);
  if (exported.success) return exported.data;
  const stored = stateFileSchema.safeParse(content);
  if (stored.success) {
    return { version: stored.data.version, deployment: stored.data.checkpoint.latest ?? {} };
  }
  throw new UserError(
    "state-unreadable",
    `${file} is no state: it has neither a deployment nor a checkpoint`,
    {
      help,
    },
  );
}

/** The state with each secret that is ciphertext made one that nobody knows; how many there were. */
export function sealSecrets(state: RecordedState): {
  readonly state: RecordedState;
  readonly sealed: number;
} {
  let sealed = 0;
  const seal = (value: unknown): unknown => {
    if (isSecretForm(value)) {
      if ("plaintext" in value) return value;
      sealed += 1;
      return UNDECRYPTED;
    }
    if (Array.isArray(value)) return value.map(seal);
    if (!isMap(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, seal(inner)]));
  };
  const { secrets_providers: _, ...deployment } = state.deployment;
  const opened = exportSchema.parse({ ...state, deployment: seal(deployment) });
  return { state: opened, sealed };
}
