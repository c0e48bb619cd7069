import { type Release, releaseSchema } from "../../contracts/release.ts";
import { messageOf } from "../errors.ts";
import { canonicalJson, sha256 } from "./canonical-json.ts";

const unsealedSchema = releaseSchema.omit({ hash: true });

/** Completes a record with the hash over all that it keeps: no schema takes a member named `__proto__`. */
export function sealRelease(unsealed: Omit<Release, "hash">): Release {
  const kept = unsealedSchema.parse(unsealed);
  return { ...kept, hash: hashOf(kept) };
}

function hashOf(unsealed: Omit<Release, "hash">): string {
  return sha256(canonicalJson(unsealed));
}

/** Reads the text of a record: the release, or in words what is wrong with it. */
export function parseRelease(text: string, number: number): { release: Release } | { damage: string } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { damage: `is not JSON: ${messageOf(error)}` };
  }
  const format = (value as { format?: unknown } | null)?.format;
  if (typeof format === "number" && format > 1) {
    return { damage: `has format ${format}, which only a newer version of this project reads` };
  }
  const parsed = releaseSchema.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return { damage: `is not a release: ${issue?.path.join(".")}: ${issue?.message}` };
  }
  const { hash, ...rest } = parsed.data;
  if (rest.number !== number) return { damage: `says that it is release ${rest.number}` };
  if (hashOf(rest) !== hash) return { damage: "has been changed: its hash is another" };
  return { release: parsed.data };
}
