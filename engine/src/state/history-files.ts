import { join } from "node:path";
import { UserError } from "../errors.ts";
import type { Blobs } from "./blobs.ts";
import { decompress } from "./compression.ts";
import { encodeGoJson, JsonRecord, type JsonValue } from "./go-json.ts";
import type { UpdateRecord } from "./history.ts";

const ENTRY = /\.history\.json(\.gz|\.zst)?$/;

/** The text of a history entry. */
export function encodeUpdate(update: UpdateRecord): string {
  return encodeGoJson(
    new JsonRecord([
      ["kind", update.kind],
      ["startTime", update.startTime],
      ["message", update.message],
      ["environment", update.environment],
      ["config", update.config as JsonValue],
      ["version", update.version],
      ["result", update.result],
      ["endTime", update.endTime],
      ["resourceChanges", update.resourceChanges],
    ]),
  );
}

export interface HistoryPage {
  /** Entries on a page; 0 gives everything. */
  readonly size: number;
  /** From 1. */
  readonly page: number;
}

/** Reads a stack's history, newest first. @throws UserError `history-corrupt`. */
export async function readHistory(
  blobs: Blobs,
  folder: string,
  { size, page }: HistoryPage,
): Promise<readonly UpdateRecord[]> {
  const names = (await blobs.list(folder)).filter((name) => ENTRY.test(name)).reverse();
  const first = size > 0 ? (Math.max(page, 1) - 1) * size : 0;
  const chosen = size > 0 ? names.slice(first, first + size) : names;
  return Promise.all(chosen.map((name) => readEntry(blobs, join(folder, name))));
}

async function readEntry(blobs: Blobs, path: string): Promise<UpdateRecord> {
  try {
    const text = await decompress((await blobs.read(path)) ?? Buffer.alloc(0));
    const entry = JSON.parse(text) as Partial<UpdateRecord> | null;
    if (typeof entry?.kind !== "string" || typeof entry.startTime !== "number")
      throw new Error("not an entry");
    return {
      message: "",
      environment: {},
      config: {},
      version: 0,
      result: "in-progress",
      endTime: 0,
      resourceChanges: {},
      ...entry,
    } as UpdateRecord;
  } catch (cause) {
    throw new UserError("history-corrupt", `reading history file ${path}: it is not a history entry`, {
      help: "Delete the file; the state itself does not depend on it.",
      cause,
    });
  }
}
