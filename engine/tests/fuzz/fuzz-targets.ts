import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb.js";
import structProtocol from "google-protobuf/google/protobuf/struct_pb.js";
import { formatPropertyPath, getAtPath, parsePropertyPath, setAtPath } from "../../src/plan/property-path.ts";
import { createUrn, parseProviderReference, parseUrn, providerReference } from "../../src/plan/urn.ts";
import { parseProjectFile } from "../../src/project/project-file.ts";
import { parseStackSettings } from "../../src/project/stack-settings.ts";
import { EncodedStruct } from "../../src/protocol/encoded-struct.ts";
import { decodeStruct, encodeStruct } from "../../src/protocol/wire.ts";
import { parsePort } from "../../src/providers/plugin-port.ts";
import type { Blobs } from "../../src/state/blobs.ts";
import { parseCheckpoint } from "../../src/state/checkpoint.ts";
import { serializeCheckpoint } from "../../src/state/checkpoint-write.ts";
import { decompress } from "../../src/state/compression.ts";
import { encodeGoJson } from "../../src/state/go-json.ts";
import { readHistory } from "../../src/state/history-files.ts";
import { judgeJournal } from "../../src/state/judge-journal.ts";
import { base64Secrets } from "../../src/state/memory-store.ts";
import { decodeProperties } from "../../src/state/property-decode.ts";
import { encodeProperties, plaintextWriter } from "../../src/state/property-json.ts";
import { breakLocks } from "../../src/state/stack-lock.ts";
import { parseStackName } from "../../src/state/stack-names.ts";
import { readTags } from "../../src/state/stack-tags.ts";
import { type FuzzTarget, holds, reads, seldom } from "./fuzz-target.ts";
import { mutants } from "./mutations.ts";
import { propertyMap, propertyValue } from "./property-values.ts";
import {
  compressed,
  historyEntries,
  journal,
  journalOf,
  locks,
  projectFiles,
  settingsFiles,
  states,
} from "./real-inputs.ts";
import { transport } from "./transport-targets.ts";

const ALL = { keepSecrets: true, keepResources: true, keepOutputs: true, keepUnknowns: true };
const STACK = parseStackName("organization/corpus/dev", undefined);

function same(actual: unknown, expected: unknown): void {
  if (!isDeepStrictEqual(actual, expected)) {
    throw new Error(`${JSON.stringify(actual)} is not ${JSON.stringify(expected)}`);
  }
}

/** A folder with one file. */
function blobsWith(content: Buffer): Blobs {
  return {
    read: async () => content,
    list: async () => ["x.history.json"],
    metadata: async () => ({}),
    remove: async () => undefined,
  } as unknown as Blobs;
}

const wire: readonly FuzzTarget[] = [
  reads("wire: bytes", mutants(wireMessages()), {
    read: (bytes) => decodeStruct(new EncodedStruct(bytes)),
  }),
  holds("wire: values come back", propertyMap, (map) => same(decodeStruct(encodeStruct(map, ALL)), map)),
  seldom(
    reads("wire: deep values", fc.record({ depth: fc.nat(20_000), list: fc.boolean() }), {
      read: ({ depth, list }) => decodeStruct(deepStruct(depth, list)),
    }),
  ),
];

function wireMessages(): Buffer[] {
  return fc
    .sample(propertyMap, { numRuns: 30, seed: 1 })
    .map((map) => Buffer.from(encodeStruct(map, ALL).serializeBinary()));
}

/** The message of a value nested so deep, as the arrays that the library keeps: its own setters take forever. */
function deepStruct(depth: number, list: boolean): Struct {
  const LIST = 5;
  const STRUCT = 4;
  let value: unknown[] = [null, 1];
  for (let i = 0; i < depth; i++) {
    const outer: unknown[] = [];
    outer[list ? LIST : STRUCT] = list ? [[value]] : [[["a", value]]];
    value = outer;
  }
  const Message = structProtocol.Struct as unknown as new (content: unknown[]) => Struct;
  return new Message([[["root", value]]]);
}

const stateFiles = states.map((state) => Buffer.from(state));

const state: readonly FuzzTarget[] = [
  reads("checkpoint", mutants(stateFiles), {
    names: "dev.json",
    read: async (bytes) => parseCheckpoint(await readText(bytes), base64Secrets, "dev.json"),
    check: async (snapshot) => {
      const text = await serializeCheckpoint(snapshot, STACK, base64Secrets);
      const again = await parseCheckpoint(text, base64Secrets);
      same(await serializeCheckpoint(again, STACK, base64Secrets), text);
      // Without the texts that were there, each resource is written anew.
      const anew = await rewrite(text);
      same(await rewrite(anew), anew);
    },
  }),
  seldom(
    reads("checkpoint: deep values", fc.record({ depth: fc.nat(60_000), list: fc.boolean() }), {
      read: ({ depth, list }) => {
        const [open, close] = list ? ["[", "]"] : ['{"a":', "}"];
        const inputs = `{"a":${open.repeat(depth)}1${close.repeat(depth)}}`;
        const resource = `{"urn":"urn:pulumi:dev::corpus::a:b:C::x","custom":false,"type":"a:b:C","inputs":${inputs}}`;
        const text = `{"version":3,"checkpoint":{"stack":"a/b/c","latest":{"manifest":{},"resources":[${resource}]}}}`;
        return parseCheckpoint(text, base64Secrets);
      },
    }),
  ),
  holds("checkpoint: values come back", propertyMap, (map) => {
    const written = encodeGoJson(encodeProperties(map, plaintextWriter));
    const read = () => decodeProperties(JSON.parse(written) as never, "x", { plaintext: (text) => text });
    const rewritten = encodeGoJson(encodeProperties(read(), plaintextWriter));
    same(rewritten, written);
  }),
  reads("compression", mutants(compressed), { read: decompress }),
  reads("history", mutants(historyEntries), {
    names: "h/x.history.json",
    read: (bytes) => readHistory(blobsWith(bytes), "h", { size: 0, page: 1 }),
    check: (entries) => {
      for (const entry of entries) {
        if (typeof entry.environment !== "object" || typeof entry.resourceChanges !== "object") {
          throw new Error("an entry whose parts are no objects");
        }
      }
    },
  }),
  reads("locks", mutants(locks), { read: (bytes) => breakLocks(blobsWith(bytes), "l") }),
  reads("tags", mutants([Buffer.from('{"version":1,"tags":{"a":"b","c":"d"}}')]), {
    names: "t.pulumi-tags",
    read: (bytes) => readTags(blobsWith(bytes), "t.pulumi-tags"),
  }),
  reads("journal", mutants([journalOf(journal.records)]), {
    read: (bytes) => judgeJournal(bytes, journal.state, STACK),
  }),
  reads("journal: records", fc.tuple(...journal.records.map((record) => mutants([Buffer.from(record)]))), {
    read: (records) => {
      const lines = records.map((record, index) =>
        index === 0 ? (journal.records[0] ?? "") : oneLine(record),
      );
      return judgeJournal(journalOf(lines), journal.state, STACK);
    },
  }),
];

const oneLine = (record: Buffer) => record.toString().replaceAll("\n", " ");

async function rewrite(text: string): Promise<string> {
  const snapshot = await parseCheckpoint(JSON.parse(text) as object, base64Secrets);
  return serializeCheckpoint(snapshot, STACK, base64Secrets);
}

async function readText(bytes: Buffer): Promise<string> {
  try {
    return await decompress(bytes);
  } catch {
    return bytes.toString();
  }
}

const BOMB = Buffer.from(
  `a: &a [x,x,x,x,x,x,x,x,x]\n${"bcdefghi".replace(/./g, (name, at: number) => `${name}: &${name} [${`*${"abcdefgh"[at]},`.repeat(9)}]\n`)}`,
);

const config: readonly FuzzTarget[] = [
  reads("Pulumi.yaml", mutants([...projectFiles, BOMB]), {
    names: "/p/Pulumi.yaml",
    read: (bytes) => parseProjectFile(bytes.toString(), "/p/Pulumi.yaml"),
  }),
  reads("Pulumi.<stack>.yaml", mutants([...settingsFiles, BOMB]), {
    names: "",
    read: (bytes) => parseStackSettings(bytes.toString(), "Pulumi.dev.yaml", "p"),
    check: (settings) => {
      const again = parseStackSettings(settings.toString(), "Pulumi.dev.yaml", "p");
      same(again.config, settings.config);
    },
  }),
  seldom(
    reads(
      "YAML: deep values",
      fc.record({ depth: fc.nat(6000), opening: fc.constantFrom("[", "{a: ", "- ", "? ") }),
      {
        names: "Pulumi.yaml",
        read: ({ depth, opening }) =>
          parseProjectFile(`name: x\nconfig:\n  ${opening.repeat(depth)}1`, "Pulumi.yaml"),
      },
    ),
  ),
];

const anything = fc.string({ unit: "binary", maxLength: 60 });
const part = fc.string({ maxLength: 8 }).filter((text) => !text.includes(":") && !text.includes("$"));

const texts: readonly FuzzTarget[] = [
  holds(
    "URN: any text",
    fc.oneof(
      anything,
      anything.map((text) => `urn:pulumi:${text}`),
    ),
    (text) => {
      const parts = parseUrn(text);
      if (parts === undefined) return;
      const { stack, project, qualifiedType, name } = parts;
      same(`urn:pulumi:${[stack, project, qualifiedType, name].join("::")}`, text);
    },
  ),
  holds("URN: parts come back", fc.tuple(part, part, part, fc.string()), ([stack, project, type, name]) => {
    const parts = parseUrn(createUrn({ stack, project, parent: "", type, name }));
    same(parts, { stack, project, qualifiedType: type, type, name });
  }),
  holds("provider reference", fc.tuple(fc.string(), part), ([urn, id]) =>
    same(parseProviderReference(providerReference(urn, id)), { urn, id }),
  ),
  holds("property path: any text", pathTexts(), (text) => {
    const path = parsePropertyPath(text);
    if (path === undefined) return;
    same(parsePropertyPath(formatPropertyPath(path)), path);
    getAtPath({ a: [1] }, path);
  }),
  holds("property path: what is set is there", fc.tuple(propertyValue, paths()), ([value, path]) => {
    const changed = setAtPath({}, path, value);
    if (changed !== undefined) same(getAtPath(changed, path), value);
  }),
  holds("property path: long", fc.nat(200_000), (length) => {
    const started = performance.now();
    const path = parsePropertyPath("a.".repeat(length));
    if (path !== undefined) getAtPath(setAtPath({}, path, 1), path);
    if (performance.now() - started > 5000) throw new Error("took too long");
  }),
  holds("plugin port", fc.oneof(anything, fc.nat(99_999).map(String)), (line) => {
    const port = parsePort(line);
    if (port !== undefined && !(port > 0 && port < 65_536 && Number.isInteger(port)))
      throw new Error("no port");
  }),
];

function pathTexts(): fc.Arbitrary<string> {
  const pieces = fc.constantFrom(
    "a",
    "b.c",
    "[0]",
    "[*]",
    '["x"]',
    '["',
    '\\"',
    '"]',
    "[",
    "]",
    ".",
    "*",
    "[-1]",
  );
  return fc.oneof(
    fc.array(pieces, { maxLength: 12 }).map((list) => list.join("")),
    anything,
  );
}

function paths(): fc.Arbitrary<(string | number)[]> {
  return fc.array(fc.oneof(part, fc.constant(0)), { maxLength: 5 });
}

/** Everything that reads what others wrote. */
export const targets: readonly FuzzTarget[] = [...wire, ...state, ...config, ...texts, ...transport];
