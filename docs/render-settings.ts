import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { cloudSettingsSchema } from "../src/settings/cloud-settings.ts";
import { dockerSettingsSchema } from "../src/settings/docker-settings.ts";

interface Schema {
  readonly type?: string;
  readonly const?: string;
  readonly enum?: readonly (string | number)[];
  readonly description?: string;
  readonly default?: unknown;
  readonly secret?: boolean;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly required?: readonly string[];
  readonly properties?: { readonly [key: string]: Schema };
  readonly oneOf?: readonly Schema[];
}

/** docs/settings.md, from the schemas that check the settings. */
export function renderSettings(): string {
  return [
    "# Settings",
    "",
    "What the stack files may set, below `config:` and with the prefix `trials:`. Keys with a dot are nested",
    "(`pulumi config set --path trials:gateway.pythonWeight 25`). An unknown key, a missing one and a value out of range",
    "are named, all in one error, before anything is changed. Rendered by `npm run render`.",
    "",
    "## Pulumi.dev.yaml and Pulumi.test.yaml: Docker",
    "",
    ...table(dockerSettingsSchema),
    "",
    "## Pulumi.cloud.yaml: Atlas, AuraDB and Kubernetes",
    "",
    "A row that begins with a choice holds only when that is what its key says. Secrets are set with",
    "`pulumi config set --secret trials:KEY` (the value on standard input), never in clear.",
    "",
    ...table(cloudSettingsSchema),
    "",
  ].join("\n");
}

function table(settings: z.ZodObject): string[] {
  const schema = z.toJSONSchema(settings, { io: "input" }) as Schema;
  return ["| key | meaning | values | default |", "|---|---|---|---|", ...rowsBelow("", schema)];
}

function rowsBelow(path: string, schema: Schema): string[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, value]) =>
    rowsOf(path === "" ? name : `${path}.${name}`, value, schema.required?.includes(name) ?? false),
  );
}

function rowsOf(key: string, schema: Schema, isRequired: boolean): string[] {
  if (schema.oneOf?.every((choice) => choice.properties !== undefined)) return choiceRows(key, schema);
  if (schema.properties !== undefined) return rowsBelow(key, schema);
  return [row(key, schema, isRequired)];
}

/** A discriminated union: a row for the choice, then the rows of each of its members. */
function choiceRows(key: string, schema: Schema): string[] {
  return (schema.oneOf ?? []).flatMap((member) => {
    const [name, tag] = Object.entries(member.properties ?? {}).find(([, value]) => value.const) ?? ["", {}];
    const { [name]: _, ...properties } = member.properties ?? {};
    const isDefault = (schema.default as { [name: string]: unknown } | undefined)?.[name] === tag.const;
    const choice = `| \`${key}.${name}\` | ${tag.description} | \`${tag.const}\` | ${isDefault ? "this" : "choose"} |`;
    const rows = rowsBelow(key, { ...member, properties });
    return [choice, ...rows.map((text) => text.replace("| `", `| (${tag.const}) \``))];
  });
}

function row(key: string, schema: Schema, isRequired: boolean): string {
  const unset = isRequired ? "required" : "none";
  const byDefault =
    schema.default === undefined ? unset : `\`${JSON.stringify(schema.default).replaceAll('"', "")}\``;
  return `| \`${key}\` | ${schema.description ?? ""} | ${valuesOf(schema)} | ${byDefault} |`;
}

function valuesOf(schema: Schema): string {
  if (schema.secret) return "secret";
  if (schema.enum !== undefined) return schema.enum.map((value) => `\`${value}\``).join(", ");
  if (schema.type === "boolean") return "`true`, `false`";
  if (schema.type === "array") return "list";
  if (schema.type === "object") return "map";
  if (schema.type !== "integer") return "text";
  const bounded = schema.maximum !== undefined && schema.maximum < Number.MAX_SAFE_INTEGER;
  return bounded ? `${schema.minimum} to ${schema.maximum}` : `${schema.minimum} or more`;
}

if (import.meta.main) writeFileSync(join(import.meta.dirname, "settings.md"), renderSettings());
