import type { StepOp } from "../events.ts";

/** How an op is written: its mark, and its words before, during and after. */
interface OpText {
  readonly mark: string;
  readonly planned: string;
  readonly running: string;
  readonly done: string;
  /** In the closing count, `2 to create` and `2 created`. */
  readonly counted: string;
}

const texts: { readonly [op in StepOp]: OpText } = {
  same: { mark: "  ", planned: "", running: "", done: "", counted: "same" },
  create: { mark: "+ ", planned: "create", running: "creating", done: "created", counted: "created" },
  update: { mark: "~ ", planned: "update", running: "updating", done: "updated", counted: "updated" },
  delete: { mark: "- ", planned: "delete", running: "deleting", done: "deleted", counted: "deleted" },
  replace: { mark: "+-", planned: "replace", running: "replacing", done: "replaced", counted: "replaced" },
  "create-replacement": {
    mark: "++",
    planned: "create replacement",
    running: "creating replacement",
    done: "created replacement",
    counted: "create-replacementd",
  },
  "delete-replaced": {
    mark: "--",
    planned: "delete original",
    running: "deleting original",
    done: "deleted original",
    counted: "deleted",
  },
  read: { mark: "> ", planned: "read", running: "reading", done: "read", counted: "read" },
  "read-replacement": {
    mark: ">>",
    planned: "read for replacement",
    running: "reading for replacement",
    done: "read for replacement",
    counted: "read-replaced",
  },
  refresh: {
    mark: "~ ",
    planned: "refreshing",
    running: "refreshing",
    done: "refresh",
    counted: "refreshed",
  },
  discard: { mark: "< ", planned: "discard", running: "discarding", done: "discarded", counted: "discarded" },
  "discard-replaced": {
    mark: "<<",
    planned: "discard original",
    running: "discarding original",
    done: "discarded original",
    counted: "discarded",
  },
  "remove-pending-replace": { mark: "~ ", planned: "", running: "", done: "", counted: "removed" },
  import: { mark: "= ", planned: "import", running: "importing", done: "imported", counted: "imported" },
  "import-replacement": {
    mark: "=>",
    planned: "import replacement",
    running: "importing replacement",
    done: "imported replacement",
    counted: "imported",
  },
};

/** Two characters that stand for an op. */
export function opMark(op: StepOp): string {
  return texts[op].mark;
}

/** What is said while an op runs (or, in a preview, will be done). */
export function opRunning(op: StepOp, planning: boolean): string {
  return planning ? texts[op].planned : texts[op].running;
}

/** What is said of a finished op. */
export function opDone(op: StepOp): string {
  return texts[op].done;
}

/** What the single steps of a replacement are by themselves. */
const simpleOps: { readonly [op in StepOp]?: StepOp } = {
  "create-replacement": "create",
  "delete-replaced": "delete",
  "read-replacement": "read",
  "discard-replaced": "discard",
  "import-replacement": "import",
};

/** What is said of an op that went wrong. */
export function opFailed(op: StepOp): string {
  if (op === "remove-pending-replace") return "";
  return `${texts[simpleOps[op] ?? op].running} failed`.trimStart();
}

/** What a preview says of an op about which all is known: a replacement is one thing then. */
export function opPlanned(op: StepOp): string {
  if (op === "refresh") return "refresh";
  if (op === "import-replacement") return "import";
  return op in simpleOps ? "replace" : texts[op].planned;
}

/** `to create` or `created`. */
export function opCounted(op: StepOp, planning: boolean): string {
  return planning ? `to ${op}` : texts[op].counted;
}

/** Ops in the order in which counts are listed. */
export const countedOps = Object.keys(texts) as StepOp[];
