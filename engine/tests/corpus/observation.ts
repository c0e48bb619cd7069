import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { type Case, isOperation, recordingOf } from "./cases.ts";

/** A JSON object as read from a file. */
export type Json = { readonly [key: string]: unknown };

/** What can be seen of one step from outside; a recording and a run have the same shape. */
export interface Observation {
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Engine events in order; empty for commands that are no operations. */
  readonly events: readonly Json[];
  /** `stack export --show-secrets` after the step; a text where it failed, undefined where it was not asked. */
  readonly checkpoint: Json | string | undefined;
  /** `Pulumi.<stack>.yaml` by file name. */
  readonly settings: { readonly [file: string]: string };
  /** Names of all files of the backend; undefined where the case does not ask. */
  readonly tree: readonly string[] | undefined;
  /** History entries, oldest first. */
  readonly history: readonly Json[];
  readonly during: Json | undefined;
}

/** Every file below a folder, as sorted relative paths. */
export function filesBelow(folder: string, prefix = ""): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) =>
      entry.isDirectory()
        ? filesBelow(join(folder, entry.name), `${prefix}${entry.name}/`)
        : [prefix + entry.name],
    );
}

function readText(file: string): string | undefined {
  if (existsSync(file)) return readFileSync(file, "utf8");
  if (existsSync(`${file}.gz`)) return gunzipSync(readFileSync(`${file}.gz`)).toString("utf8");
  return undefined;
}

/** History entries below a backend folder (or a recorded copy of one), oldest first. */
export function readHistory(folder: string): Json[] {
  return filesBelow(folder)
    .filter((file) => /\.history\.json(\.gz)?$/.test(file))
    .map((file) => {
      const path = join(folder, file);
      const text = file.endsWith(".gz")
        ? gunzipSync(readFileSync(path)).toString("utf8")
        : readFileSync(path, "utf8");
      return JSON.parse(text) as Json;
    });
}

function readCheckpoint(folder: string): Json | string | undefined {
  const text = readText(join(folder, "checkpoint.json"));
  return text === undefined ? readText(join(folder, "checkpoint.error.txt")) : (JSON.parse(text) as Json);
}

function readSettings(folder: string): { [file: string]: string } {
  const from = existsSync(join(folder, "files")) ? join(folder, "files") : folder;
  const names = existsSync(from) ? readdirSync(from).filter((name) => /^Pulumi\..+\.yaml$/.test(name)) : [];
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(from, name), "utf8")]));
}

/** Reads what the official CLI did in one step. */
export function readRecording(item: Case, step: number): Observation {
  const folder = recordingOf(item.directory, step);
  const summary = JSON.parse(readText(join(folder, "summary.json")) ?? "{}") as Json;
  const events = readText(join(folder, "events.json"));
  const during = readText(join(folder, "during.json"));
  const stepData = item.steps[step - 1];
  return {
    exitCode: (summary["exitCode"] as number | null | undefined) ?? null,
    signal: (summary["signal"] as string | undefined) ?? null,
    stdout: readText(join(folder, "stdout.txt")) ?? "",
    stderr: readText(join(folder, "stderr.txt")) ?? "",
    events: stepData !== undefined && isOperation(stepData) && events ? (JSON.parse(events) as Json[]) : [],
    checkpoint: readCheckpoint(folder),
    settings: readSettings(folder),
    tree: readText(join(folder, "tree.txt"))
      ?.split("\n")
      .filter((line) => line !== ""),
    history: readHistory(join(folder, "files")),
    during: during === undefined ? undefined : (JSON.parse(during) as Json),
  };
}
