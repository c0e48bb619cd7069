import { decode, type RecordedObject, type RecordedValue } from "../../rollback/replay/recorded-value.ts";
import type { Plain } from "../recorded.ts";

/** The text of a live value as a value of the recorded one's kind; undefined where it is of another. */
export function likeRecorded(
  recorded: Plain | undefined,
  live: string,
): boolean | number | string | undefined {
  switch (typeof recorded) {
    case "string":
      return live;
    case "number":
      return live.trim() === "" || Number.isNaN(Number(live)) ? undefined : Number(live);
    case "boolean":
      return live === "true" || live === "false" ? live === "true" : undefined;
    default:
      return undefined;
  }
}

/** A recorded value with another one at a place inside it; what does not have the place stays as it is. */
export function withValueAt(
  recorded: RecordedValue,
  [step, ...rest]: readonly string[],
  value: RecordedValue,
): RecordedValue {
  if (step === undefined) return value;
  const decoded = decode(recorded);
  if (decoded.kind === "list") {
    return decoded.items.map((item, index) =>
      String(index) === step ? withValueAt(item, rest, value) : item,
    );
  }
  const inside: RecordedObject = decoded.kind === "object" ? decoded.members : {};
  const old = inside[step];
  return old === undefined ? recorded : { ...inside, [step]: withValueAt(old, rest, value) };
}
