import { arch, platform } from "node:os";
import { PULUMI_VERSION } from "../version.ts";
import type { CommandArguments, CommandProcess } from "./command.ts";
import { textFlag } from "./operation-options.ts";

const architectures: { readonly [name: string]: string } = { x64: "amd64", arm64: "arm64", ia32: "386" };

/** A setting's value is nobody's business unless it is a switch. */
function shown(value: string | boolean | readonly string[]): string {
  return String(value) === "true" || String(value) === "false" ? String(value) : "set";
}

/** What the history records about how an operation was started: names of flags and variables, no values. */
export function updateEnvironment(
  args: CommandArguments,
  env: CommandProcess["env"],
): { readonly [name: string]: string } {
  const flags = Object.entries(args.flags).flatMap(([name, value]) =>
    value === undefined ? [] : [[`pulumi.flag.${name}`, shown(value)] as const],
  );
  const variables = Object.entries(env).flatMap(([name, value]) =>
    name.startsWith("PULUMI_") && value !== undefined ? [[`pulumi.env.${name}`, shown(value)] as const] : [],
  );
  return Object.fromEntries(
    [
      ["exec.kind", textFlag(args, "exec-kind") ?? "cli"] as const,
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
