import { failed, ok, warning } from "../bootstrap/doctor/check.ts";
import { openReleaseStore } from "../release/open-release-store.ts";
import type { ReleaseStore } from "../release/release-store.ts";
import { verifyReleases } from "../release/verify-releases.ts";
import type { StackCheck } from "./stack-check.ts";

/** The records of the releases hold, and no update, rollback or shift broke off before it was recorded. */
export const historyCheck: StackCheck = {
  name: "releases",
  async run({ stack, open }) {
    const opened = await open();
    return opened === undefined ? ok("none yet") : judgeHistory(openReleaseStore(opened), stack);
  },
};

/** What is to be said of a store of releases. */
export async function judgeHistory(
  store: Pick<ReleaseStore, "list" | "hasCheckpoint" | "checkpoint" | "intents">,
  stack: string,
) {
  const { releases, checkpoints, problem } = await verifyReleases(store as ReleaseStore);
  if (problem !== undefined) {
    return failed(
      `release ${problem.number} does not hold: ${problem.message}`,
      `./infra history ${stack} --verify`,
    );
  }
  const intents = await store.intents();
  const [intent] = intents;
  if (intent !== undefined) {
    const what = `${intent.cause.kind} of ${intent.at} by ${intent.by.user}`;
    return warning(`not recorded to its end: ${what}`, `./infra history ${stack}`);
  }
  return ok(`${releases} hold, with ${checkpoints} checkpoints`);
}
