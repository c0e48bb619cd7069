import { join } from "node:path";
import { root } from "../../ops/paths.ts";
import { type Measured, measure } from "./measure.ts";
import type { BenchProject } from "./project.ts";

const pulumi = join(root, "engine/bin/pulumi");

/** Arguments for `preview`, `up`, `refresh`, `destroy`, and `no-op`, an `up` with nothing to do. */
export function operationArgs(operation: string): readonly string[] {
  const verb = operation === "no-op" ? "up" : operation;
  return [verb, "--stack", "dev", ...(verb === "preview" ? [] : ["--yes", "--skip-preview"])];
}

/** Runs this checkout's `pulumi` in the project. */
export function runPulumi({ folder, env }: BenchProject, args: readonly string[]): Promise<Measured> {
  return measure({ executable: process.execPath, args: [pulumi, ...args], cwd: folder, env });
}
