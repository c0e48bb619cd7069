import type { DataSnapshot, HealthVerdict, Release } from "../../contracts/release.ts";
import { versionsTowards } from "../data/plan-schema.ts";
import { UserError } from "../errors.ts";
import type { Deeds } from "./carry-out.ts";
import type { RollbackEntry } from "./entry.ts";
import type { RollbackParts } from "./parts.ts";
import { updateByReplay } from "./preview-undo.ts";
import { openReplay, readCurrent } from "./undo.ts";

/** What a rollback does, on a stack. */
export function stackDeeds(parts: RollbackParts, entry: Pick<RollbackEntry, "to">): Deeds {
  const { opened, output, store, data, schema, releases } = parts;
  return {
    snapshotData: async () => (await data?.takeSnapshot(`before the rollback to release ${entry.to}`)) ?? [],
    async moveSchema(number, direction) {
      if (schema === undefined) return;
      const { schemas } = await store.get(number);
      const to = versionsTowards(direction, (await schema.status()).versions, schemas);
      if (Object.keys(to).length > 0) await schema.migrate(to);
    },
    async update(number, begun) {
      const replay = await openReplay(parts, await store.get(number), await readCurrent(opened));
      await releases.update(recordOf(begun), () =>
        updateByReplay(opened, replay, { message: `infra rollback to release ${number}`, output }),
      );
    },
    async restoreData(of) {
      const snapshots = "saved" in of ? of.saved : dataOfRelease(of.release, await intactReleases(parts));
      await keeperOf(parts).restore(snapshots);
    },
    async checkHealth() {
      refuseUnhealthy(await parts.health());
    },
    record: (ended) => releases.record(recordOf(ended)),
  };
}

/** @throws UserError `data-not-kept` */
export function keeperOf({ data, opened }: Pick<RollbackParts, "data" | "opened">) {
  if (data !== undefined) return data;
  throw new UserError("data-not-kept", `nobody keeps the data of ${opened.name}: it cannot be put back`, {
    help: "leave --with-data out to go back with the data as it is",
  });
}

/** All releases that can be read; `./infra history verify` tells of the others. */
export async function intactReleases({ store }: Pick<RollbackParts, "store">): Promise<readonly Release[]> {
  const stored = await store.list();
  return stored.flatMap((one) => ("release" in one ? [one.release] : []));
}

/**
 * The data that a release left: the data snapshots taken when the next one was made, else those taken when it was made
 * itself.
 *
 * @throws UserError `snapshot-missing`
 */
export function dataOfRelease(number: number, releases: readonly Release[]): readonly DataSnapshot[] {
  const snapshotsOf = (wanted: number) =>
    releases.find((release) => release.number === wanted)?.dataSnapshots ?? [];
  const found = [snapshotsOf(number + 1), snapshotsOf(number)].find((snapshots) => snapshots.length > 0);
  if (found !== undefined) return found;
  const others = releases.filter(({ dataSnapshots }) => dataSnapshots.length > 0).map((one) => one.number);
  throw new UserError("snapshot-missing", `there is no data snapshot of release ${number}`, {
    help:
      others.length === 0
        ? "no release has any; leave --with-data out to go back with the data as it is"
        : `releases with data snapshots: ${others.join(", ")}; or leave --with-data out`,
  });
}

/** @throws UserError `unhealthy` with what is wrong with which service; what cannot be asked from here passes. */
export function refuseUnhealthy({ verdict, services }: HealthVerdict): void {
  if (verdict !== "unhealthy") return;
  const down = Object.entries(services).filter(([, { state }]) => state === "down");
  throw new UserError("unhealthy", down.map(([name, { reason }]) => `${name} is down: ${reason}`).join("; "));
}

/** A rollback that failed is recorded, too: the stack is what it was, and this is why. */
export function recordOf({ from, to, direction, failure, dataSnapshots = [] }: RollbackEntry) {
  const release = direction === "there" ? to : (from ?? to);
  const message =
    failure === undefined
      ? `rollback to release ${to}`
      : `rollback to release ${to} failed in its phase ${failure.phase} (${failure.message}); everything is as in release ${release}`;
  return { cause: { kind: "rollback", of: from ?? to, to: release } as const, message, dataSnapshots };
}
