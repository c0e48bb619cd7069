import { arch, platform } from "node:os";
import { isTruthy } from "../is-truthy.ts";
import { PULUMI_VERSION } from "../version.ts";
import { ciEnvironment } from "./ci-environment.ts";
import type { CommandArguments, CommandProcess } from "./command.ts";
import { textFlag } from "./operation-options.ts";

const architectures: { readonly [name: string]: string } = { x64: "amd64", arm64: "arm64", ia32: "386" };

/** The variables of the official CLI that are switches. */
const SWITCHES: ReadonlySet<string> = new Set(
  (
    "AUTOMATION_API_SKIP_VERSION_CHECK CONTINUE_ON_ERROR DEBUG_COMMANDS DEV DISABLE_AUTOMATIC_PLUGIN_ACQUISITION " +
    "DISABLE_JOURNALING DISABLE_OUTPUT_VALUES DISABLE_PROVIDER_PREVIEW DISABLE_REGISTRY_RESOLVE " +
    "DISABLE_RESOURCE_REFERENCES DISABLE_SECRET_CACHE DISABLE_VALIDATION DIY_BACKEND_DISABLE_CHECKPOINT_BACKUPS " +
    "DIY_BACKEND_GZIP DIY_BACKEND_IGNORE_DEPRECATION_ERROR DIY_BACKEND_LEGACY_LAYOUT DIY_BACKEND_NO_LEGACY_WARNING " +
    "DIY_BACKEND_RETAIN_CHECKPOINTS DIY_BACKEND_ZSTD ENABLE_LEGACY_DIFF ENABLE_LEGACY_REFRESH_DIFF " +
    "ENABLE_STREAMING_JSON_PREVIEW ERROR_ON_DEPENDENCY_CYCLES ERROR_OUTPUT_STRING EXPERIMENTAL " +
    "FALLBACK_TO_STATE_SECRETS_MANAGER GOROUTINE_PANIC_RECOVERY IGNORE_AMBIENT_PLUGINS NEO PARALLEL_DIFF RUN_PROGRAM " +
    "SKIP_CHECKPOINTS SKIP_CONFIRMATIONS SKIP_UPDATE_CHECK SUPPRESS_NEO_LINK"
  )
    .split(" ")
    .map((name) => `PULUMI_${name}`),
);

/** A variable's value is nobody's business unless it is a switch. */
function shownVariable(name: string, value: string): string {
  return SWITCHES.has(name) ? String(isTruthy(value)) : "set";
}

/** A flag's value is nobody's business unless it is a switch. */
function shownFlag(value: string | boolean | readonly string[]): string {
  return String(value) === "true" || String(value) === "false" ? String(value) : "set";
}

const KINDS = ["auto.inline", "auto.local", "cli"];

/**
 * What the history records about how an operation was started: names of flags and variables, no values; and what is noted
 * of the repository and the program's language.
 */
export function updateEnvironment(
  args: CommandArguments,
  env: CommandProcess["env"],
  notes: { readonly [name: string]: string } = {},
): { readonly [name: string]: string } {
  const flags = Object.entries(args.flags).flatMap(([name, value]) =>
    value === undefined ? [] : [[`pulumi.flag.${name}`, shownFlag(value)] as const],
  );
  const variables = Object.entries(env).flatMap(([name, value]) =>
    name.startsWith("PULUMI_") && value !== undefined
      ? [[`pulumi.env.${name}`, shownVariable(name, value)] as const]
      : [],
  );
  const kind = textFlag(args, "exec-kind") ?? "";
  const agent = textFlag(args, "exec-agent") || undefined;
  return Object.fromEntries(
    [
      ["exec.kind", KINDS.includes(kind) ? kind : "cli"] as const,
      ...(agent === undefined ? [] : [["exec.agent", agent] as const]),
      ...Object.entries(notes),
      ...ciEnvironment(env),
      ["pulumi.arch", architectures[arch()] ?? arch()] as const,
      ["pulumi.os", platform()] as const,
      ["pulumi.version", PULUMI_VERSION] as const,
      ["stack.environments", "[]"] as const,
      ["updatePlan", String("plan" in args.flags || "save-plan" in args.flags)] as const,
      ...flags,
      ...variables,
    ].sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}
