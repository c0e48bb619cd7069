import type { Act, ActRecord } from "../act.ts";
import { type ContainerResult, runContainer } from "../stage/run-container.ts";
import { imageOf, SOURCE_DATABASE, TARGET_DATABASE, type World } from "../world.ts";

/** Documents after which the copy is killed: in the middle of a batch, somewhere on the way. */
const KILLED_AFTER = /copy: trials 200\//;

/** Copies the source into the cluster's store, is killed on the way, goes on, and compares every byte. */
export const copyData: Act<World> = {
  name: "copy",
  title:
    "the cluster's store holds every document of the source, to the byte, although the copy was killed once",
  async run(world, record) {
    const killed = await migrate(world, (line) => KILLED_AFTER.test(line));
    record.check("exit code of the copy that was killed", killed.exitCode, 137);
    const finished = await migrate(world);
    record.checkTells(
      "how the next one begins",
      finished.lines.join("\n"),
      /trials goes on after \d+ documents/,
    );
    checkEqual(finished, record);
    const again = await migrate(world);
    record.check("documents that a third run copies", again.lines.filter(isCopy).length, 0);
    checkEqual(again, record);
  },
};

export async function migrate(world: World, onLine?: (line: string) => boolean): Promise<ContainerResult> {
  return await runContainer({
    image: imageOf(world.images, "migration"),
    environment: {
      SOURCE_URL: world.source["TEST_MONGODB_URL"] ?? "",
      SOURCE_DATABASE,
      TARGET_URL: await world.atlas.storeUrl(),
      TARGET_DATABASE,
      BATCH_SIZE: "50",
    },
    ...(onLine !== undefined && { onLine }),
  });
}

export function checkEqual({ exitCode, lines }: ContainerResult, record: ActRecord): void {
  for (const line of lines.filter((text) => text.includes("verify:"))) record.note(line);
  record.check("exit code of the copy", exitCode, 0);
  record.checkTells(
    "what it proves",
    lines.at(-1) ?? "",
    /\d+ collections, \d+ documents, equal to the byte/,
  );
}

export const isCopy = (line: string) => line.includes("copy:");
