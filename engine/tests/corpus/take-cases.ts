import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { type Case, readCases, recordingOf } from "./cases.ts";
import { filesBelow, type Json, readRecording } from "./observation.ts";
import { readRecordedStates, STATES_FILE } from "./recorded-states.ts";

// node engine/tests/corpus/take-cases.ts DIR: copies from a folder of recorded cases what a check needs of each.

const target = join(import.meta.dirname, "cases");

function isDebug(event: Json): boolean {
  return (event["diagnosticEvent"] as Json | undefined)?.["severity"] === "debug";
}

function writeGzip(file: string, text: string): void {
  writeFileSync(`${file}.gz`, gzipSync(text, { level: 9 }));
}

function takeFiles(from: string, to: string): void {
  const wanted = filesBelow(from).filter(
    (file) => /\.history\.json(\.gz)?$/.test(file) || /^Pulumi\..+\.yaml$/.test(file),
  );
  for (const file of wanted) {
    mkdirSync(dirname(join(to, file)), { recursive: true });
    cpSync(join(from, file), join(to, file));
  }
}

function takeStates(item: Case, folder: string): void {
  const states = JSON.stringify(readRecordedStates(item));
  writeFileSync(join(folder, STATES_FILE), gzipSync(states, { level: 9 }));
}

for (const item of readCases(process.argv[2] ?? "", [])) {
  const folder = join(target, item.name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  cpSync(join(item.directory, "case.json"), join(folder, "case.json"));
  takeStates(item, folder);
  for (const program of readdirSync(item.directory).filter((name) => name.startsWith("program"))) {
    cpSync(join(item.directory, program), join(folder, program), { recursive: true });
  }
  for (const index of item.steps.keys()) {
    const from = recordingOf(item.directory, index + 1);
    const to = recordingOf(folder, index + 1);
    mkdirSync(to, { recursive: true });
    const { exitCode, signal, events } = readRecording(item, index + 1);
    writeFileSync(
      join(to, "summary.json"),
      `${JSON.stringify({ exitCode, ...(signal ? { signal } : {}) })}\n`,
    );
    const told = events.filter((event) => !isDebug(event)).map((event) => JSON.stringify(event));
    if (events.length > 0) writeGzip(join(to, "events.json"), `[\n${told.join(",\n")}\n]\n`);
    const checkpoint = join(from, "checkpoint.json");
    if (existsSync(checkpoint)) writeGzip(join(to, "checkpoint.json"), readFileSync(checkpoint, "utf8"));
    for (const file of ["checkpoint.error.txt", "stdout.txt", "stderr.txt", "tree.txt", "during.json"]) {
      if (existsSync(join(from, file)) && readFileSync(join(from, file), "utf8") !== "") {
        cpSync(join(from, file), join(to, file));
      }
    }
    for (const file of readdirSync(from).filter((name) => /^Pulumi\..+\.yaml$/.test(name))) {
      cpSync(join(from, file), join(to, file));
    }
    takeFiles(join(from, "files"), join(to, "files"));
  }
}
