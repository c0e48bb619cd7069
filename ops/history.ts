import { writeFileSync } from "node:fs";
import { UserError } from "./errors.ts";
import { type ComparedRelease, compareReleases } from "./release/compare-releases.ts";
import { openReleaseStore } from "./release/open-release-store.ts";
import { recordBelatedly } from "./release/recover-release.ts";
import type { ReleaseStore, StoredRelease } from "./release/release-store.ts";
import type { Standing } from "./release/standing.ts";
import { verifyReleases } from "./release/verify-releases.ts";
import { describeComparison } from "./report/comparison-sections.ts";
import { describeHistory, describeRelease } from "./report/release-sections.ts";
import { renderSections, renderSectionsPage, type Section } from "./report/sections.ts";
import { type OpenStack, openStack, stackFlags } from "./stack.ts";
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
    const store = openReleaseStore(opened);
    const report =
      args.flags["verify"] === true
        ? await reportVerification(opened.name, store)
        : await reportReleases({ opened, store, numbers, say });
    print(report, args, output);
    return report.failed === true ? 1 : 0;
  },
};

/** What a reader gets: the same told for a terminal, for a browser and for a machine. */
interface Report {
  readonly title: string;
  readonly sections: readonly Section[];
  readonly json: unknown;
  readonly failed?: boolean;
}

function print({ title, sections, json }: Report, args: VerbArguments, output: Output): void {
  const file = args.flags["html"];
  if (typeof file === "string") {
    writeFileSync(file, renderSectionsPage(title, sections));
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

async function reportVerification(stack: string, store: ReleaseStore): Promise<Report> {
  const found = await verifyReleases(store);
  const { releases, checkpoints, problem } = found;
  const line =
    problem === undefined
      ? `${releases} releases of ${stack} hold: every hash, every link and ${checkpoints} checkpoints`
      : `release ${problem.number} of ${stack} does not hold: ${problem.message}`;
  return {
    title: `Releases of ${stack}: verification`,
    sections: [{ lines: [line] }],
    json: { stack, ...found },
    failed: problem !== undefined,
  };
}

interface Asked {
  readonly opened: OpenStack;
  readonly store: ReleaseStore;
  readonly numbers: readonly number[];
  readonly say: (line: string) => void;
}

async function reportReleases({ opened, store, numbers, say }: Asked): Promise<Report> {
  const standing = await findStanding(opened, say);
  const [first, second] = numbers;
  if (first === undefined) return reportHistory(opened.name, await store.list(), standing);
  const release = await store.get(first);
  const title = `${opened.name}: release ${first}`;
  if (second === undefined) return { title, sections: describeRelease(release), json: release };
  const comparison = compareReleases(await open(store, first), await open(store, second));
  const sections = describeComparison(comparison);
  return { title: `${title} and release ${second}`, sections, json: comparison };
}

/** Where the newest record is damaged, nothing can be recorded after it; the others can be read all the same. */
async function findStanding(opened: OpenStack, say: (line: string) => void): Promise<Standing | undefined> {
  try {
    return (await recordBelatedly(opened, say)).standing;
  } catch (error) {
    if (!(error instanceof UserError) || error.code !== "release-damaged") throw error;
    say(`warning: ${error.message}`);
    return undefined;
  }
}

function reportHistory(
  stack: string,
  stored: readonly StoredRelease[],
  standing: Standing | undefined,
): Report {
  if (stored.length === 0) {
    throw new UserError("no-history", `stack ${stack} has no releases yet`, {
      help: `./infra up ${stack} makes the first`,
    });
  }
  const current = standing?.kind === "current" ? stored.at(-1)?.number : undefined;
  return {
    title: `Releases of ${stack}`,
    sections: describeHistory(stack, stored, { number: current, standing }),
    json: {
      stack,
      current: current ?? null,
      standing: standing?.kind ?? "unknown",
      releases: [...stored].reverse().map((entry) => ("release" in entry ? entry.release : entry)),
    },
  };
}

/** A release, with its checkpoint as long as that is kept. */
async function open(store: ReleaseStore, number: number): Promise<ComparedRelease> {
  const release = await store.get(number);
  const isKept = await store.hasCheckpoint(release);
  return { release, checkpoint: isKept ? await store.checkpoint(release) : undefined };
}
