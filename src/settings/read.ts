import * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";
import { type Settings, settingsSchema } from "./settings.ts";

/**
 * Reads the stack's settings once.
 *
 * @throws pulumi.RunError naming every problem with its file and key.
 */
export function readSettings(): Settings {
  const project = pulumi.getProject();
  const file = `Pulumi.${pulumi.getStack()}.yaml`;
  const values = collectValues(pulumi.runtime.allConfig(), project);
  const parsed = settingsSchema.safeParse(values);
  const ports = parsed.success ? duplicatePorts(parsed.data) : [];
  if (parsed.success && ports.length === 0) return parsed.data;
  const problems = parsed.success ? ports : parsed.error.issues.flatMap((issue) => describe(issue, values));
  throw new pulumi.RunError(renderProblems(file, project, problems));
}

interface Problem {
  readonly key: string;
  readonly message: string;
}

/** Configuration arrives as text; structured values and numbers are JSON text. */
function collectValues(config: { [key: string]: string }, project: string): { [key: string]: unknown } {
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

function describe(issue: z.core.$ZodIssue, values: unknown): Problem[] {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({
      key: [...issue.path, key].join("."),
      message: "is not a setting of this program",
    }));
  }
  const found = valueAt(values, issue.path);
  const message =
    found === undefined ? "is missing" : `${issue.message} (found ${JSON.stringify(found).slice(0, 60)})`;
  return [{ key: issue.path.join("."), message }];
}

function valueAt(values: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined),
    values,
  );
}

/** Two services on one port would fail half-way through an update: say so before anything starts. */
function duplicatePorts(settings: Settings): Problem[] {
  const uses: [string, number][] = [
    ["gateway.port", settings.gateway.port],
    ["backendNode.port", settings.backendNode.port],
    ["backendPython.port", settings.backendPython.port],
    ["documentStore.nodePort", settings.documentStore.nodePort],
    ["documentStore.pythonPort", settings.documentStore.pythonPort],
    ["graphStore.boltPort", settings.graphStore.boltPort],
    ["graphStore.httpPort", settings.graphStore.httpPort],
  ];
  return uses.flatMap(([key, port], index) => {
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
