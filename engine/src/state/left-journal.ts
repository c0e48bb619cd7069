/** The journal that a run left beside the state of its stack: reading through it, and folding it. */
import { dirname, join } from "node:path";
import type { Blobs } from "./blobs.ts";
import type { Compression } from "./compression.ts";
import { explainJournal } from "./explain-journal.ts";
import { frameRecord } from "./journal-lines.ts";
import { encodeFold } from "./journal-records.ts";
import { digestOf, type Judgement, judgeJournal, type Unfolded } from "./judge-journal.ts";
import type { StackFiles } from "./stack-files.ts";
import { type FoundState, findState, readStateText, replaceState } from "./state-file.ts";
import type { StackReference } from "./store.ts";

export interface JournalPlace {
  readonly blobs: Blobs;
  readonly files: StackFiles;
  readonly reference: StackReference;
  readonly compression: Compression;
  /** Unix nanoseconds, greater with every call. */
  readonly nanoseconds: () => bigint;
  /** Hears what a person must know about a journal. */
  readonly notify: (notice: string) => void;
}

/** The state as it is, with what a journal adds to it. */
export interface PresentState extends FoundState {
  readonly text: string;
}

/** More often a writer cannot fold while somebody reads. */
const ATTEMPTS = 3;

/** Reads a state without a lock: what the run that is writing it, or died writing it, made durable counts. */
export async function readPresentState(place: JournalPlace, found: FoundState): Promise<PresentState> {
  const { blobs, files, reference, notify } = place;
  for (let attempt = 1; ; attempt++) {
    const journal = await blobs.read(files.journal);
    const state = attempt === 1 ? found : ((await findState(blobs, files)) ?? found);
    const text = await readStateText(blobs, state.path);
    if (journal === undefined) return { ...state, text };
    const judgement = judgeJournal(journal, text, reference);
    const isOutdated = judgement.kind === "stale" || judgement.kind === "unreadable";
    if (isOutdated && attempt < ATTEMPTS) continue;
    if (isOutdated) notify(explainJournal(judgement, files.journal));
    return { ...state, text: judgement.kind === "unfolded" ? judgement.text : text };
  }
}

/**
 * Folds the journal of a run that did not, and removes it; the caller holds the lock. One that does not belong to
 * the state, or is damaged, is kept under another name.
 */
export async function settleJournal(place: JournalPlace): Promise<void> {
  const { blobs, files, reference } = place;
  const content = await blobs.read(files.journal);
  const found = await findState(blobs, files);
  if (content === undefined || found === undefined) return;
  const state = await readStateText(blobs, found.path);
  const judgement = judgeJournal(content, state, reference);
  const copy = isDoubtful(judgement) ? await keepCopy(place, content) : "";
  if (judgement.kind === "unfolded") await fold(place, judgement, content.length);
  await blobs.remove(files.journal);
  const notice = explainJournal(judgement, copy);
  if (notice !== "") place.notify(notice);
}

function isDoubtful(judgement: Judgement): boolean {
  switch (judgement.kind) {
    case "stale":
    case "unreadable":
      return true;
    case "unfolded":
      return judgement.end === "damaged";
    default:
      return false;
  }
}

async function keepCopy({ blobs, files, nanoseconds }: JournalPlace, content: Buffer): Promise<string> {
  const path = join(dirname(files.journal), `${nanoseconds()}.journal`);
  await blobs.write(path, content);
  return path;
}

/** A crash between the two writes leaves a journal that says it was folded. */
async function fold(place: JournalPlace, { text, keep, end }: Unfolded, size: number): Promise<void> {
  const { blobs, files, compression } = place;
  const log = await blobs.log(files.journal, end === "torn" ? keep : size);
  try {
    // Behind damage a line may have lost its end.
    const separator = Buffer.from(end === "damaged" ? "\n" : "");
    await log.append(Buffer.concat([separator, frameRecord(encodeFold(digestOf(text)))]));
  } finally {
    await log.close();
  }
  await replaceState(blobs, files, { text, compression });
}
