import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Something done to the case's folder before a step: files written, removed, edited, copied, or a shell line. */
export interface Preparation {
  readonly rm?: string;
  readonly write?: string;
  readonly text?: string;
  readonly json?: unknown;
  readonly editJson?: string;
  readonly path?: readonly string[];
  readonly value?: unknown;
  readonly copy?: string;
  readonly to?: string;
  readonly shell?: string;
}

/** What the runner waits for before it kills the command, or starts a second one. */
export interface WaitCondition {
  readonly pending?: boolean | string;
  readonly lock?: boolean;
  readonly cloud?: string;
  readonly delayMs?: number;
}

export interface CaseStep {
  readonly command: string;
  readonly args?: readonly string[];
  readonly env?: { readonly [name: string]: string | number | null };
  readonly stack?: string;
  readonly noStack?: boolean;
  readonly cwd?: string;
  readonly stdin?: string;
  readonly config?: { readonly [key: string]: unknown };
  readonly configPath?: { readonly [key: string]: unknown };
  readonly secretConfig?: { readonly [key: string]: unknown };
  readonly removeConfig?: readonly string[];
  readonly before?: readonly Preparation[];
  readonly withPreview?: boolean;
  readonly nonInteractive?: boolean;
  readonly noExport?: boolean;
  readonly tree?: boolean;
  readonly killWhen?: WaitCondition & { readonly signal?: NodeJS.Signals };
  readonly during?: WaitCondition & { readonly run: readonly string[] };
}

/** One recorded case: its program and the steps that were done with it. */
export interface Case {
  readonly name: string;
  readonly directory: string;
  readonly what: string;
  readonly stack?: string;
  readonly project?: string;
  readonly stacks?: readonly string[];
  readonly tree?: boolean;
  readonly env?: { readonly [name: string]: string | number | null };
  readonly steps: readonly CaseStep[];
}

/** The folder in which a step's recording lies. */
export function recordingOf(directory: string, step: number): string {
  return join(directory, "expected", String(step).padStart(2, "0"));
}

/** Reads the cases of a folder; `wanted` holds case names or their numbers, empty = all. */
export function readCases(folder: string, wanted: readonly string[]): Case[] {
  return readdirSync(folder)
    .filter((name) => /^\d\d-/.test(name) && existsSync(join(folder, name, "case.json")))
    .sort()
    .filter((name) => wanted.length === 0 || wanted.some((w) => name === w || name.startsWith(`${w}-`)))
    .map((name) => {
      const text = readFileSync(join(folder, name, "case.json"), "utf8");
      return { ...(JSON.parse(text) as Case), name, directory: join(folder, name) };
    });
}

/** True for the commands that run the engine and have an event log. */
export function isOperation(step: CaseStep): boolean {
  return ["up", "preview", "refresh", "destroy", "import"].includes(step.command.split(" ")[0] ?? "");
}
