import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { settingsSchema } from "../src/settings/settings.ts";

interface Schema {
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly description?: string;
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly properties?: { readonly [key: string]: Schema };
}

/** docs/settings.md, from the schema that checks the settings. */
export function renderSettings(): string {
  const schema = z.toJSONSchema(settingsSchema, { io: "input" }) as Schema;
  const rows = Object.entries(schema.properties ?? {}).flatMap(([key, value]) => rowsOf(key, value));
  return [
    "# Settings",
    "",
    "What `Pulumi.dev.yaml` and `Pulumi.test.yaml` may set, below `config:` and with the prefix `trials:`. Keys with a",
    "dot are nested (`pulumi config set --path trials:gateway.pythonWeight 25`). An unknown key, a missing one and a",
    "value out of range are named, all in one error, before anything is changed. Rendered by `npm run render`.",
    "",
    "| key | meaning | values | default |",
    "|---|---|---|---|",
    ...rows,
    "",
  ].join("\n");
}

function rowsOf(key: string, schema: Schema): string[] {
  if (schema.properties !== undefined) {
    return Object.entries(schema.properties).flatMap(([name, value]) => rowsOf(`${key}.${name}`, value));
  }
  const byDefault = schema.default === undefined ? "required" : `\`${String(schema.default)}\``;
  return [`| \`${key}\` | ${schema.description ?? ""} | ${valuesOf(schema)} | ${byDefault} |`];
}

function valuesOf(schema: Schema): string {
  if (schema.enum !== undefined) return schema.enum.map((value) => `\`${value}\``).join(", ");
  if (schema.type !== "integer") return "text";
  const bounded = schema.maximum !== undefined && schema.maximum < Number.MAX_SAFE_INTEGER;
  return bounded ? `${schema.minimum} to ${schema.maximum}` : `${schema.minimum} or more`;
}

if (import.meta.main) writeFileSync(join(import.meta.dirname, "settings.md"), renderSettings());
