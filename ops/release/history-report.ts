import type { Stack } from "@pulumi/pulumi/automation/index.js";
import { UserError } from "../errors.ts";
import { describeComparison } from "../report/comparison-sections.ts";
import { describeHistory, describeRelease } from "../report/release-sections.ts";
import type { Section } from "../report/sections.ts";
import type { OpenStack } from "../stack.ts";
import { withoutCiphertexts } from "./checkpoint.ts";
import { type ComparedRelease, compareReleases, type ReleaseComparison } from "./compare-releases.ts";
import { recordBelatedly } from "./recover-release.ts";
import type { Checkpoint, ReleaseStore, StoredRelease } from "./release-store.ts";
import { revealCheckpoint } from "./reveal-checkpoint.ts";
import type { Standing } from "./standing.ts";
import { verifyReleases } from "./verify-releases.ts";

/** What a reader gets: the same told for a terminal, for a browser and for a machine. */
export interface HistoryReport {
  readonly title: string;
  readonly sections: readonly Section[];
  readonly json: unknown;
  readonly failed?: boolean;
}

/** Whether all records hold. */
export async function reportVerification(stack: string, store: ReleaseStore): Promise<HistoryReport> {
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
  /** None: all; one: that release; two: both compared. */
  readonly numbers: readonly number[];
  readonly say: (line: string) => void;
}

/** All releases, one of them, or what differs between two. @throws UserError `no-history`, `release-unknown` */
export async function reportReleases({ opened, store, numbers, say }: Asked): Promise<HistoryReport> {
  const standing = await findStanding(opened, say);
  const [first, second] = numbers;
  if (first === undefined) return reportHistory(opened.name, await store.list(), standing);
  const release = await store.get(first);
  const title = `${opened.name}: release ${first}`;
  if (second === undefined) return { title, sections: describeRelease(release), json: release };
  const comparison = await compare(opened.stack, await open(store, first), await open(store, second));
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
): HistoryReport {
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

async function compare(
  stack: Stack,
  before: ComparedRelease,
  after: ComparedRelease,
): Promise<ReleaseComparison> {
  const readable = (read: (checkpoint: Checkpoint) => Checkpoint | Promise<Checkpoint>) =>
    Promise.all(
      [before, after].map(async ({ release, checkpoint }) => ({
        release,
        checkpoint: checkpoint && (await read(checkpoint)),
      })),
    ) as Promise<[ComparedRelease, ComparedRelease]>;
  try {
    return compareReleases(...(await readable((checkpoint) => revealCheckpoint(stack, checkpoint))));
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return compareReleases(...(await readable(withoutCiphertexts)), { secretsCompared: false });
  }
}
