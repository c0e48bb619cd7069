import * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";
import { type CloudSettings, cloudSettingsSchema } from "./cloud-settings.ts";
import { type DockerSettings, dockerSettingsSchema } from "./docker-settings.ts";
import { secretKeysOf } from "./secret-setting.ts";

/**
 * The settings of a Docker stack, read once.
 *
 * @throws pulumi.RunError naming every problem with its file and key.
 */
export function readDockerSettings(): DockerSettings {
  return readSettings(dockerSettingsSchema, duplicatePorts);
}

/**
 * The settings of a cloud stack, read once; secrets are checked, and read apart by `readSecret`.
 *
 * @throws pulumi.RunError naming every problem with its file and key.
 */
export function readCloudSettings(): CloudSettings {
  return readSettings(cloudSettingsSchema);
}

/** The value of a secret setting: it stays an output all the way. */
export function readSecret(
  key:
    | "atlasClientSecret"
    | "graphCredentials"
    | "auraClientSecret"
    | "registryPassword"
    | "alertWebhookUrl"
    | "alertMailPassword",
): pulumi.Output<string> {
  return new pulumi.Config().requireSecret(key);
}

interface Problem {
  readonly key: string;
  readonly message: string;
}

function readSettings<S extends z.ZodObject>(
  schema: S,
  check: (settings: z.infer<S>) => Problem[] = () => [],
): z.infer<S> {
  const project = pulumi.getProject();
  const values = collectValues(pulumi.runtime.allConfig(), project);
  const secretKeys = secretKeysOf(schema);
  const parsed = schema.safeParse(values);
  const problems = parsed.success
    ? check(parsed.data)
    : parsed.error.issues.flatMap((issue) => describe(issue, { values, secretKeys }));
  if (parsed.success && problems.length === 0) return parsed.data;
  throw new pulumi.RunError(renderProblems(`Pulumi.${pulumi.getStack()}.yaml`, project, problems));
}

type Values = { readonly [key: string]: unknown };

/** Configuration arrives as text; structured values and numbers are JSON text. */
function collectValues(config: { [key: string]: string }, project: string): Values {
  const prefix = `${project}:`;
  return Object.fromEntries(
    Object.entries(config)
      .filter(([key]) => key.startsWith(prefix))
      .map(([key, text]) => [key.slice(prefix.length), parseValue(text)]),
  );
}

function parseValue(text: string): unknown {
  if (!/^[[{]/.test(text)) return text;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

function describe(
  issue: z.core.$ZodIssue,
  known: { values: Values; secretKeys: ReadonlySet<string> },
): Problem[] {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({
      key: [...issue.path, key].join("."),
      message: "is not a setting of this program",
    }));
  }
  const key = issue.path.join(".");
  const found = valueAt(known.values, issue.path);
  if (found === undefined) return [{ key, message: "is missing" }];
  if (known.secretKeys.has(key)) return [{ key, message: issue.message }];
  return [{ key, message: `${issue.message} (found ${JSON.stringify(found).slice(0, 60)})` }];
}

function valueAt(values: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined),
    values,
  );
}

/** Two services on one port would fail half-way through an update: say so before anything starts. */
function duplicatePorts(settings: DockerSettings): Problem[] {
  const { monitoring } = settings;
  const uses: [string, number | undefined][] = [
    ["gateway.port", settings.gateway.port],
    ["backendNode.port", settings.backendNode.port],
    ["backendPython.port", settings.backendPython.port],
    ["documentStore.nodePort", settings.documentStore.nodePort],
    ["documentStore.pythonPort", settings.documentStore.pythonPort],
    ["graphStore.boltPort", settings.graphStore.boltPort],
    ["graphStore.httpPort", settings.graphStore.httpPort],
    ["monitoring.prometheusPort", monitoring.prometheusPort],
    ["monitoring.alertmanagerPort", monitoring.alertmanagerPort],
    ["monitoring.pushgatewayPort", monitoring.pushgatewayPort],
  ];
  return uses.flatMap(([key, port], index) => {
    if (port === undefined) return [];
    const earlier = uses.slice(0, index).find(([, other]) => other === port);
    return earlier === undefined ? [] : [{ key, message: `is ${port}, which ${earlier[0]} uses already` }];
  });
}

function renderProblems(file: string, project: string, problems: readonly Problem[]): string {
  const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
  const lines = problems.map(({ key, message }) => `  ${file}  ${project}:${key}  ${message}`);
  return [
    `${count} in the settings:`,
    ...lines,
    "Mend the file named (docs/settings.md lists every setting) and run the command again.",
  ].join("\n");
}
