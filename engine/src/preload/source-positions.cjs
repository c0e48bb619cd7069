"use strict";

const { hash } = require("node:crypto");
const { createRequire } = require("node:module");

/** The functions of source-map 0.6.1 whose work is done here (SHA-256 of their texts, one after the other). */
const KNOWN_FUNCTIONS = "5e0f75f95f02b738862f1f857d3e070467f0fbffc032d277c46be1219b8e3503";
const GREATEST_LOWER_BOUND = 1;
const NOWHERE = { source: null, line: null, column: null, name: null };
const LINE_END = 59;
const SEGMENT_END = 44;
/** What a segment consists of; the last four are undefined where it says less. */
const FIELDS = 5;

/** Value of each base64 digit by its character code; 255 for all other characters. */
const DIGITS = new Uint8Array(128).fill(255);
for (const [value, digit] of [
  ..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
].entries()) {
  DIGITS[digit.charCodeAt(0)] = value;
}

/**
 * Stacks name the lines of the SDK's own sources. The library that looks them up makes an object of each of the thousands
 * of segments of a source map, and sorts all of them twice, for a handful of positions. Here a map becomes plain numbers.
 * @param module a module of the SDK: the library is the one that it uses
 */
function quickenSourceMaps(module) {
  try {
    const load = createRequire(createRequire(module.filename).resolve("source-map-support"));
    const { prototype } = load("source-map/lib/source-map-consumer.js").BasicSourceMapConsumer;
    const util = load("source-map/lib/util.js");
    const { originalPositionFor, _parseMappings } = prototype;
    const texts = [originalPositionFor, _parseMappings, util.compareByGeneratedPositionsDeflated].join("\n");
    if (hash("sha256", texts) !== KNOWN_FUNCTIONS) return;
    prototype.originalPositionFor = lookUpWith(originalPositionFor, util);
  } catch {
    // Then the library does it.
  }
}

function lookUpWith(askLibrary, util) {
  const readers = new WeakMap();
  return function originalPositionFor(position) {
    const { line, column, bias = GREATEST_LOWER_BOUND } = position;
    const isPlain = bias === GREATEST_LOWER_BOUND && line > 0 && column >= 0;
    if (!isPlain || this.__generatedMappings || typeof this._mappings !== "string") {
      return askLibrary.call(this, position);
    }
    let reader = readers.get(this);
    if (reader === undefined) {
      reader = new MappingsReader(this._mappings);
      readers.set(this, reader);
    }
    const found = reader.find(line, column);
    if (found === undefined) return askLibrary.call(this, position);
    if (found === null) return { ...NOWHERE };
    const [, source, originalLine, originalColumn, name] = found;
    if (source === undefined) return { ...NOWHERE };
    return {
      source: util.computeSourceURL(this.sourceRoot, this._sources.at(source), this._sourceMapURL),
      line: originalLine + 1,
      column: originalColumn,
      name: name === undefined ? null : this._names.at(name),
    };
  };
}

/** The mappings of a source map (revision 3), line by line. */
class MappingsReader {
  constructor(text) {
    this.text = text;
    this.at = 0;
    /** The segments of each line. */
    this.lines = [];
    /** What the next segment counts from. */
    this.state = [0, 0, 0, 0, 0];
    this.isBroken = false;
    while (this.at < text.length && !this.isBroken) this.readLine();
  }

  /**
   * The segment that a position belongs to, null where there is none on its line. Undefined where only the library can
   * say: the map is broken, or segments that differ begin at one place.
   */
  find(line, column) {
    if (this.isBroken) return undefined;
    let best = null;
    let isUnique = true;
    for (const segment of this.lines[line - 1] ?? []) {
      if (segment[0] > column || (best !== null && segment[0] < best[0])) continue;
      isUnique = best === null || segment[0] > best[0] || (isUnique && isSame(segment, best));
      best = segment;
    }
    return isUnique ? best : undefined;
  }

  readLine() {
    const segments = [];
    this.state[0] = 0;
    while (this.at < this.text.length && !this.isBroken) {
      const code = this.text.charCodeAt(this.at);
      if (code === LINE_END) break;
      if (code === SEGMENT_END) this.at++;
      else segments.push(this.readSegment());
    }
    this.at++;
    this.lines.push(segments);
  }

  readSegment() {
    let count = 0;
    for (; !this.isAtEnd(); count++) {
      const value = this.readNumber();
      if (count < FIELDS) this.state[count] += value;
    }
    // Two and three fields mean nothing.
    if (count === 2 || count === 3) this.isBroken = true;
    return this.state.slice(0, Math.min(count, FIELDS));
  }

  isAtEnd() {
    const code = this.text.charCodeAt(this.at);
    return this.isBroken || Number.isNaN(code) || code === SEGMENT_END || code === LINE_END;
  }

  /** Digits of five bits, the lowest first, of which the last has no sixth; the lowest bit of all is the sign. */
  readNumber() {
    let value = 0;
    for (let shift = 0; ; shift += 5) {
      const digit = DIGITS[this.text.charCodeAt(this.at++)] ?? 255;
      if (digit === 255) {
        this.isBroken = true;
        return 0;
      }
      value += (digit & 31) << shift;
      if (digit < 32) break;
    }
    return (value & 1) === 1 ? -(value >> 1) : value >> 1;
  }
}

function isSame(a, b) {
  return a.length === b.length && a.every((field, index) => field === b[index]);
}

module.exports = { quickenSourceMaps };
