import { createHmac, timingSafeEqual } from "node:crypto";

import { validationProblem } from "./problem.ts";

/** Where a page ended: the sort value of its last row and that row's identifier. */
export type Position = readonly [value: string | number, id: string];

/** Makes and reads the signed cursors of one list; `scope` names the list and its order. */
export interface CursorCodec {
  encode(scope: string, position: Position): string;
  /** Throws a validation problem unless this scope made the cursor. */
  decode(scope: string, cursor: string): Position;
}

/** Cursors signed with a key that all backends share, so that each can go on where another stopped. */
export function cursorCodec(key: string): CursorCodec {
  const signed = (scope: string, payload: Buffer): string => {
    const signature = createHmac("sha256", key).update(`${scope}\n`).update(payload).digest("base64url");
    return `${payload.toString("base64url")}.${signature}`;
  };
  return {
    encode: (scope, position) => signed(scope, Buffer.from(JSON.stringify(position))),
    decode(scope, cursor) {
      const payload = Buffer.from(cursor.split(".", 1)[0] ?? "", "base64url");
      if (!isSameText(cursor, signed(scope, payload))) {
        throw validationProblem([
          { pointer: "/query/cursor", code: "cursor", message: "is not a cursor of this list and order" },
        ]);
      }
      return JSON.parse(payload.toString("utf8")) as Position;
    },
  };
}

function isSameText(given: string, expected: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(expected)];
  return one.length === other.length && timingSafeEqual(one, other);
}
