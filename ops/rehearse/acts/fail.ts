import { messageOf } from "../../errors.ts";
import type { Act, ActRecord } from "../act.ts";
import { renderChanges, update } from "../update.ts";
import { setSetting, type World } from "../world.ts";
import { namespaceOf } from "./health.ts";

/** A digest that no registry has. */
export const ABSENT_DIGEST = `sha256:${"0".repeat(64)}`;

/** A release whose image cannot be pulled. */
export const fail: Act<World> = {
  name: "fail",
  title: "a release whose image does not exist is refused with the reason, and what ran goes on running",
  async run(world, record) {
    await setSetting(world, "images.digests.backend-python", ABSENT_DIGEST);
    const said = await update(world, "an image that no registry has").then(
      (changes) => `it went through: ${renderChanges(changes)}`,
      messageOf,
    );
    record.checkTells("what the update says", said, /ImagePullBackOff|ErrImagePull/);
    await checkStillServing(world, record);
  },
};

async function checkStillServing(world: World, record: ActRecord): Promise<void> {
  const availability = await world.cluster.availability(await namespaceOf(world));
  const python = Object.entries(availability).find(([name]) => name.includes("backend-python"));
  const [available = 0, wanted = 0] = (python?.[1] ?? "").split("/").map(Number);
  record.check("pods of the release before that still serve", available >= wanted && wanted > 0, true);
}
