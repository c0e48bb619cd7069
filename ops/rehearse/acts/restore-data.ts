import type { Act } from "../act.ts";
import { runContainer } from "../stage/run-container.ts";
import { imageOf, TARGET_DATABASE, type World } from "../world.ts";
import { checkEqual, isCopy, migrate } from "./copy-data.ts";

/** Loses a collection and changes a document: what a faulty release might do. */
const DAMAGE = `
import os
from pymongo import MongoClient
store = MongoClient(os.environ["TARGET_URL"])["${TARGET_DATABASE}"]
store["companies"].drop()
changed = store["trials"].update_many({}, {"$set": {"overallStatus": "LOST"}}).modified_count
print("damaged:", changed, "trials changed, companies dropped")
`;

/** Data that was damaged comes back from a data snapshot. */
export const restoreData: Act<World> = {
  name: "restore",
  title: "data that a faulty release damaged comes back from the data snapshot taken before it, to the byte",
  async run(world, record) {
    const snapshot = await world.atlas.takeSnapshot("before the release");
    record.note(`data snapshot ${snapshot}`);
    const damaged = await runContainer({
      image: imageOf(world.images, "migration"),
      entrypoint: ["python3", "-c", DAMAGE],
      environment: { TARGET_URL: await world.atlas.storeUrl() },
    });
    record.checkTells(
      "the damage",
      damaged.lines.at(-1) ?? "",
      /damaged: [1-9]\d* trials changed, companies dropped/,
    );
    await world.atlas.restoreSnapshot(snapshot);
    const compared = await migrate(world);
    record.check("documents that have to be copied again", compared.lines.filter(isCopy).length, 0);
    checkEqual(compared, record);
  },
};
