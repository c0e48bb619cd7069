import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";

interface Position {
  readonly line: number;
  readonly column: number;
  readonly bias?: number;
}

interface Consumer {
  originalPositionFor(position: Position): object;
  eachMapping(callback: () => void): void;
}

interface Library {
  readonly SourceMapConsumer: {
    new (map: object): Consumer;
    readonly LEAST_UPPER_BOUND: number;
    readonly GREATEST_LOWER_BOUND: number;
  };
  readonly BasicSourceMapConsumer: { readonly prototype: Consumer };
}

const load = createRequire(import.meta.url);
const positions = load("../../src/preload/source-positions.cjs") as {
  quickenSourceMaps(module: { readonly filename: string }): void;
};
const sdk = load.resolve("@pulumi/pulumi/resource.js");
const library = createRequire(createRequire(sdk).resolve("source-map-support"))(
  "source-map/lib/source-map-consumer.js",
) as Library;
const { SourceMapConsumer, BasicSourceMapConsumer } = library;
const askLibrary = BasicSourceMapConsumer.prototype.originalPositionFor;
positions.quickenSourceMaps({ filename: sdk });

afterAll(() => {
  BasicSourceMapConsumer.prototype.originalPositionFor = askLibrary;
});

/** What each of them says: the engine's reader, and the library's. */
function answers(map: object, asked: readonly Position[]): { ours: unknown[]; library: unknown[] } {
  const consumers = [new SourceMapConsumer(map), new SourceMapConsumer(map)] as const;
  return {
    ours: asked.map((position) => outcomeOf(() => consumers[0].originalPositionFor(position))),
    library: asked.map((position) => outcomeOf(() => askLibrary.call(consumers[1], position))),
  };
}

function outcomeOf(ask: () => object): unknown {
  try {
    return ask();
  } catch (error) {
    return String(error);
  }
}

const mapOf = (mappings: string) => ({
  ...{ version: 3, file: "out.js", sourceRoot: "/root", sources: ["b.ts", "a.ts"], names: ["f", "g"] },
  mappings,
});

/** Every column of the first lines. */
const ALL: readonly Position[] = [1, 2, 3, 4].flatMap((line) =>
  Array.from({ length: 30 }, (_, column) => ({ line, column })),
);

describe("the reader of source maps", () => {
  it("takes the place of the library's", () => {
    expect(BasicSourceMapConsumer.prototype.originalPositionFor).not.toBe(askLibrary);
  });

  it("says of the SDK's own maps what the library says", () => {
    const folder = dirname(sdk);
    const maps = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) =>
      name.endsWith(".js.map"),
    );
    expect(maps.length).toBeGreaterThan(50);
    for (const name of maps) {
      const map = JSON.parse(readFileSync(join(folder, name), "utf8")) as object;
      const asked = Array.from({ length: 40 }, (_, index) => ({
        line: 1 + index * 7,
        column: (index * 13) % 90,
      }));
      const { ours, library } = answers(map, asked);
      expect(ours).toEqual(library);
    }
  });

  it.each([
    ["no mappings", ""],
    ["lines without segments", ";;AAAA;"],
    ["names", "AAAAA,SAASC;AADDC"],
    ["segments without a source", "A,KAAK,K"],
    ["segments of which two begin at one place", "AAAA,AACA,KAAK"],
    ["the same segment twice", "AAAA,AAAA"],
    ["segments that run backward", "UAAA,LACA,SDDD"],
    ["a digit that is none", "AAAA;!AAA;AACA"],
    ["a character that is not ASCII", "AAAA,ü"],
    ["a number that does not end", "AAAg"],
    ["segments of two fields", "AAAA;AA"],
    ["segments of three fields", "AAAA,KAA"],
    ["segments of more than five", "AAAAAA,KAAKAA"],
    ["a source that is not there", "AUAA"],
  ])("answers as the library does: %s", (_what, mappings) => {
    const { ours, library } = answers(mapOf(mappings), ALL);
    expect(ours).toEqual(library);
  });

  it("answers as the library does: positions that are none, the other neighbour, maps that were read", () => {
    const asked = [
      { line: 0, column: 1 },
      { line: 1, column: -1 },
      { line: 1, column: 3, bias: SourceMapConsumer.LEAST_UPPER_BOUND },
      { line: 1, column: 3, bias: SourceMapConsumer.GREATEST_LOWER_BOUND },
      { line: 1, column: 3 },
    ];
    const { ours, library } = answers(mapOf("AAAA,IACA;AACA"), asked);
    expect(ours).toEqual(library);
    const read = new SourceMapConsumer(mapOf("AAAA,IACA;AACA"));
    read.eachMapping(() => undefined);
    expect(read.originalPositionFor({ line: 1, column: 3 })).toEqual(library.at(-1));
  });

  it("answers as the library does, whatever the map", () => {
    const digits = fc.constantFrom(..."AAAABCDEFGKSUgi;;,,");
    fc.assert(
      fc.property(fc.string({ unit: digits, maxLength: 40 }), (mappings) => {
        const { ours, library } = answers(
          mapOf(mappings),
          ALL.filter(({ column }) => column % 3 === 0),
        );
        expect(ours).toEqual(library);
      }),
    );
  });

  it("leaves another library alone", () => {
    const folder = mkdtempSync(join(tmpdir(), "other-library-"));
    const write = (name: string, text: string) => {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    };
    write("node_modules/source-map-support/index.js", "");
    write("node_modules/source-map/lib/util.js", "exports.compareByGeneratedPositionsDeflated = () => 0;");
    write(
      "node_modules/source-map/lib/source-map-consumer.js",
      "exports.BasicSourceMapConsumer = class { originalPositionFor() { return 'theirs'; } };",
    );
    const filename = join(folder, "resource.js");
    positions.quickenSourceMaps({ filename });
    const other = createRequire(filename)("source-map/lib/source-map-consumer.js") as Library;
    expect(other.BasicSourceMapConsumer.prototype.originalPositionFor({ line: 1, column: 1 })).toBe("theirs");
    rmSync(folder, { recursive: true });
    expect(() => positions.quickenSourceMaps({ filename })).not.toThrow();
  });
});
