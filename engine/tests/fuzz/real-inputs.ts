import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { frameRecord } from "../../src/state/journal-lines.ts";
import { digestOf } from "../../src/state/judge-journal.ts";
import { readCases } from "../corpus/cases.ts";
import { filesBelow, readHistory } from "../corpus/observation.ts";
import { readRecordedStates } from "../corpus/recorded-states.ts";

// What the official CLI and people wrote, for the fuzzer to change.

const cases = join(import.meta.dirname, "../corpus/cases");
const MAX_STATE = 12_000;

/** State files of moderate size, of cases with many features. */
export const states: readonly string[] = readCases(cases, [])
  .flatMap((item) =>
    readRecordedStates(item)
      .filter((state) => state !== null)
      .slice(-2, -1),
  )
  .filter((state) => state.length < MAX_STATE)
  // Nothing here can be decrypted: what looks like a secret is one of a manager that the fuzzer has.
  .map((state) => state.replaceAll(/"ciphertext":"v1:[^"]*"/g, '"ciphertext":"InBsYWluIg=="'));

const files = filesBelow(cases);
const read = (file: string) => readFileSync(join(cases, file));

export const projectFiles: readonly Buffer[] = files
  .filter((file) => /program\w*\/Pulumi\.yaml$/.test(file))
  .map(read);

export const settingsFiles: readonly Buffer[] = files
  .filter((file) => /expected\/\d\d\/Pulumi\.\w+\.yaml$/.test(file))
  .map(read);

export const historyEntries: readonly Buffer[] = readdirSync(cases)
  .flatMap((name) => readHistory(join(cases, name)))
  .map((entry) => Buffer.from(JSON.stringify(entry)));

export const compressed: readonly Buffer[] = states
  .slice(0, 6)
  .flatMap((state) => [gzipSync(state), zstdCompressSync(state)]);

const HOLDER = { pid: 4711, username: "me", hostname: "here", timestamp: "2026-11-23T23:06:46.789402476Z" };

export const locks: readonly Buffer[] = [Buffer.from(JSON.stringify(HOLDER))];

/** A state and the records of a journal that belongs to it: a resource is begun, made, and another dropped. */
export const journal: { readonly state: string; readonly records: readonly string[] } = (() => {
  const state = states.find((text) => text.includes('"fake:index:Thing"')) ?? "";
  const { checkpoint } = JSON.parse(state) as {
    checkpoint: { latest: { manifest: object; secrets_providers?: object; resources: readonly object[] } };
  };
  const { manifest, secrets_providers, resources } = checkpoint.latest;
  const next = resources.length;
  const added = { ...resources.at(-1), urn: "urn:pulumi:dev::corpus::fake:index:Thing::added" };
  const records = [
    { journal: 1, base: digestOf(state), manifest, secrets_providers, inherited: [] },
    { contents: [[next, added]], begun: [next, "creating"] },
    { contents: [[next, added]], finished: [next], ended: next },
    { dropped: [next - 1] },
  ];
  return { state, records: records.map((record) => JSON.stringify(record)) };
})();

/** The bytes of a journal of these records. */
export function journalOf(records: readonly string[]): Buffer {
  return Buffer.concat(records.map(frameRecord));
}
