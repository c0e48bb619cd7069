import { UserError } from "./errors.ts";
import { type HistoryReport, reportReleases, reportVerification } from "./release/history-report.ts";
import { openReleaseStore } from "./release/open-release-store.ts";
import { renderSections, renderSectionsPage } from "./report/sections.ts";
import { writeReport } from "./report/write-report.ts";
import { describeEntry } from "./rollback/entry.ts";
import { RollbackJournal, waysOn } from "./rollback/journal.ts";
import { openStack, stackFlags } from "./stack.ts";
import type { Output, Verb, VerbArguments } from "./verb.ts";

export const historyVerb: Verb = {
  name: "history",
  usage: "STACK [N [OTHER]]",
  summary: "releases of a stack; one of them in full; what differs between two",
  flags: {
    ...stackFlags,
    verify: {
      type: "boolean",
      default: false,
      summary: "check every record, that each follows the one before, and every checkpoint",
    },
    html: { type: "string", summary: "write the same as a self-contained page to this file" },
  },
  examples: [
    "./infra history dev",
    "./infra history dev 12",
    "./infra history dev 11 12 --html what-changed.html",
    "./infra history dev --verify",
  ],
  async run(args, output) {
    const numbers = args.positionals.slice(1).map(toNumber);
    const say = (line: string) => output.stderr.write(`${line}\n`);
    const opened = await openStack(args, say);
    const left = new RollbackJournal(opened.checkout.local, opened.name).read();
    if (left !== undefined) say(`warning: ${describeEntry(left)}; ${waysOn(left)}`);
    const store = openReleaseStore(opened);
    const report =
      args.flags["verify"] === true
        ? await reportVerification(opened.name, store)
        : await reportReleases({ opened, store, numbers, say });
    print(report, args, output);
    return report.failed === true ? 1 : 0;
  },
};

function print({ title, sections, json }: HistoryReport, args: VerbArguments, output: Output): void {
  const file = args.flags["html"];
  if (typeof file === "string") {
    writeReport(file, renderSectionsPage(title, sections));
    output.stderr.write(`written: ${file}\n`);
  }
  const text = args.flags["json"] === true ? JSON.stringify(json, null, 2) : renderSections(sections);
  output.stdout.write(`${text}\n`);
}

function toNumber(text: string): number {
  if (/^[1-9]\d*$/.test(text)) return Number(text);
  throw new UserError("usage", `${text} is no number of a release`, {
    help: "./infra history STACK lists them",
  });
}
