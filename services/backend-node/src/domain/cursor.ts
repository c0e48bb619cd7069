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
  const sign = (scope: string, payload: Buffer): Buffer =>
    createHmac("sha256", key).update(`${scope}\n`).update(payload).digest();
  return {
    encode(scope, position) {
      const payload = Buffer.from(JSON.stringify(position));
      return `${payload.toString("base64url")}.${sign(scope, payload).toString("base64url")}`;
    },
    decode(scope, cursor) {
      const [payloadText = "", signatureText = ""] = cursor.split(".");
      const payload = Buffer.from(payloadText, "base64url");
      const signature = Buffer.from(signatureText, "base64url");
      const expected = sign(scope, payload);
      if (signature.length !== expected.length || !timingSafeEqual(signature, expected)) {
        throw validationProblem([
          { pointer: "/query/cursor", code: "cursor", message: "is not a cursor of this list and order" },
        ]);
      }
      return JSON.parse(payload.toString("utf8")) as Position;
    },
  };
}
