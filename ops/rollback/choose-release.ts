import { UserError } from "../errors.ts";

/** What a choice needs to know of a release. */
export interface KnownRelease {
  readonly number: number;
}

/** The release that is current, and the one to go to. */
export interface Choice<Release> {
  readonly current: Release;
  readonly target: Release;
}

/**
 * Chooses the release of `--to`, else the one before the current one. `isAhead` is true where the stack holds an update
 * that no release recorded: then the newest release is the one before.
 *
 * @throws UserError `no-history`, `release-unknown`, `release-current`
 */
export function chooseRelease<Release extends KnownRelease>(
  stack: string,
  releases: readonly Release[],
  wanted?: number,
  isAhead = false,
): Choice<Release> {
  const sorted = [...releases].sort((a, b) => a.number - b.number);
  const current = sorted.at(-1);
  if (current === undefined) {
    throw new UserError("no-history", `${stack} has no releases: there is nothing to go back to`, {
      help: `./infra up ${stack} makes the first one`,
    });
  }
  const target =
    wanted === undefined ? sorted.at(isAhead ? -1 : -2) : sorted.find(({ number }) => number === wanted);
  if (target === undefined) {
    throw wanted === undefined
      ? new UserError("no-history", `release ${current.number} of ${stack} is its first: none is before it`)
      : new UserError("release-unknown", `${stack} has no release ${wanted}`, { help: thereAre(sorted) });
  }
  if (target === current && !isAhead) {
    throw new UserError("release-current", `release ${target.number} of ${stack} is the current one`, {
      help: `nothing to do; ${thereAre(sorted)}`,
    });
  }
  return { current, target };
}

function thereAre(releases: readonly KnownRelease[]): string {
  return `there are: ${releases.map(({ number }) => number).join(", ")}`;
}
