import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { userIdOf } from "../../src/domain/accounts.ts";
import { cursorCodec, type Position } from "../../src/domain/cursor.ts";
import { queryHash } from "../../src/domain/read-through.ts";
import { words } from "../../src/domain/words.ts";

interface Vectors {
  readonly words: { text: string; words: string[] }[];
  readonly cursorKey: string;
  readonly cursors: { scope: string; position: Position; cursor: string }[];
  readonly cacheKeys: { query: Record<string, unknown>; sha256: string }[];
  readonly userIds: { email: string; userId: string }[];
}

const path = new URL("../../../contract/vectors.json", import.meta.url);
const vectors = JSON.parse(readFileSync(path, "utf8")) as Vectors;

describe("what all implementations share", () => {
  it.each(vectors.words)("splits $text into words", ({ text, words: expected }) => {
    expect(words(text)).toEqual(expected);
  });

  it.each(vectors.cursors)("signs the cursor of $scope", ({ scope, position, cursor }) => {
    const codec = cursorCodec(vectors.cursorKey);
    expect(codec.encode(scope, position)).toBe(cursor);
    expect(codec.decode(scope, cursor)).toEqual(position);
  });

  it.each(vectors.cacheKeys)("hashes a query", ({ query, sha256 }) => {
    expect(queryHash(query)).toBe(sha256);
    const reversed = Object.fromEntries(Object.entries(query).reverse());
    expect(queryHash({ ...reversed, absent: undefined })).toBe(sha256);
  });

  it.each(vectors.userIds)("gives $email its identifier", ({ email, userId }) => {
    expect(userIdOf(email)).toBe(userId);
  });
});
