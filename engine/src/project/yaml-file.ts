import { type Document, isAlias, isScalar, parseDocument, visit } from "yaml";
import { UserError } from "../errors.ts";
import type { ConfigValue } from "./config-value.ts";
import { goScalars } from "./yaml-scalars.ts";

/** Parses YAML (or JSON) that a person wrote. @throws UserError with `code`, naming file and line. */
export function parseYamlFile(text: string, path: string, code: string): Document {
  const document = parseUnchecked(text, path, code);
  const [error] = document.errors;
  if (error === undefined) return document;
  const { line, col } = error.linePos?.[0] ?? { line: 1, col: 1 };
  const [problem] = error.message.split(" at line ");
  throw refusal(path, code, `line ${line}, column ${col}: ${problem}`, error);
}

function refusal(path: string, code: string, problem: string, cause?: unknown): UserError {
  return new UserError(code, `could not unmarshal '${path}': invalid YAML file: ${problem}`, { cause });
}

/** Aliases that lead nowhere, or nowhere but to more aliases, only show when the content is built. */
function parseUnchecked(text: string, path: string, code: string): Document {
  try {
    const document = parseDocument(text, { prettyErrors: true, merge: true, customTags: goScalars });
    if (document.errors.length === 0) {
      refuseComplexKeys(document, path, code);
      yamlContent(document);
    }
    return document;
  } catch (cause) {
    if (cause instanceof UserError) throw cause;
    const problem = cause instanceof Error ? cause.message : String(cause);
    throw refusal(path, code, problem, cause);
  }
}

/** Keys are texts. Maps and lists as keys would become texts, at a cost that explodes where they are nested. */
function refuseComplexKeys(document: Document, path: string, code: string): void {
  visit(document, {
    Pair(_, { key }) {
      const node = isAlias(key) ? key.resolve(document) : key;
      const isText = isScalar(node) && (typeof node.value !== "object" || node.value === null);
      if (node !== undefined && !isText) throw refusal(path, code, "keys must be plain texts");
    },
  });
}

/** The content of a document. What YAML knows and JSON does not becomes text. */
export function yamlContent(document: Document): ConfigValue {
  // Aliases are limited, so that a small file cannot grow into one that fills the memory.
  return toPlain(document.toJS({ maxAliasCount: 100 }));
}

function toPlain(value: unknown): ConfigValue {
  if (value === null || value === undefined) return null;
  if (typeof value === "boolean" || typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "bigint") return value;
  if (Array.isArray(value)) return value.map(toPlain);
  return Object.fromEntries(Object.entries(value as object).map(([key, item]) => [key, toPlain(item)]));
}
