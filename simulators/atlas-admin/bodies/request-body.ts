import { z } from "zod";
import { AtlasFailure } from "../errors.ts";
import { parseJson } from "../persistence.ts";

/**
 * A body of exactly these fields. What answers hold besides (`readOnly`, and `links` always) may be sent back and is ignored, as Atlas does
 * with whole documents; anything else is refused.
 */
export function requestBody<Shape extends z.ZodRawShape>(shape: Shape, readOnly: readonly string[] = []) {
  const ignored = ["links", ...readOnly];
  return z.preprocess(
    (value) =>
      typeof value === "object" && value !== null && !Array.isArray(value)
        ? Object.fromEntries(Object.entries(value).filter(([key]) => !ignored.includes(key)))
        : value,
    z.strictObject(shape),
  );
}

/** @throws AtlasFailure 400 in the words that Atlas has for it */
export function parseBody<Body>(schema: z.ZodType<Body>, text: string): Body {
  const value = parseJson(text === "" ? "{}" : text);
  if (value === undefined) throw new AtlasFailure("INVALID_JSON");
  const parsed = schema.safeParse(value, { reportInput: true });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw issue === undefined ? new AtlasFailure("INVALID_JSON") : refusalOf(issue);
}

function refusalOf(issue: z.core.$ZodIssue): AtlasFailure {
  const field = issue.path.join(".");
  const badRequestDetail = { fields: [{ field, description: issue.message }] };
  if (issue.code === "unrecognized_keys") {
    return new AtlasFailure("INVALID_ATTRIBUTE", [[...issue.path, issue.keys[0]].join(".")]);
  }
  if (issue.input === undefined && issue.code !== "custom")
    return new AtlasFailure("MISSING_ATTRIBUTE", [field]);
  if (issue.code === "invalid_value") return new AtlasFailure("INVALID_ENUM_VALUE", [String(issue.input)]);
  return new AtlasFailure("VALIDATION_ERROR", [`${field}: ${issue.message}`], { badRequestDetail });
}
