import { writeFileSync } from "node:fs";
import { messageOf, UserError } from "../errors.ts";

/** Writes the file that a person named for a report. @throws UserError `report-not-written` */
export function writeReport(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw new UserError("report-not-written", `${file} cannot be written: ${messageOf(error)}`, {
      help: "name a file in a folder that is there and that you may write to",
      cause: error,
    });
  }
}
