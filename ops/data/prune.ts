import type { DataSnapshot } from "../../contracts/release.ts";
import { UserError } from "../errors.ts";
import type { ReleaseStore } from "../release/release-store.ts";
import { type DataKeeper, unnamedSnapshots } from "./keeper.ts";

/**
 * The data snapshots that no release names which can still be rolled back to.
 *
 * @throws UserError `release-damaged` where a record does not tell what it named
 */
export async function findUnneeded(
  keeper: Pick<DataKeeper, "list">,
  releases: Pick<ReleaseStore, "list" | "hasCheckpoint">,
): Promise<DataSnapshot[]> {
  const named: DataSnapshot[] = [];
  for (const record of await releases.list()) {
    if (!("release" in record)) {
      throw new UserError(
        "release-damaged",
        `release ${record.number} does not tell its data snapshots: ${record.damage}`,
        {
          help: "mend its record first (./infra history STACK verify), or nothing can be removed safely",
        },
      );
    }
    if (await releases.hasCheckpoint(record.release)) named.push(...record.release.dataSnapshots);
  }
  return unnamedSnapshots(await keeper.list(), named);
}
