import { messageOf } from "../../errors.ts";
import type { Act, ActRecord } from "../act.ts";
import { operate, renderChanges } from "../update.ts";
import { setSetting, type World } from "../world.ts";
import { checkHealth, namespaceOf } from "./health.ts";

/** A digest that no registry has. */
export const ABSENT_DIGEST = `sha256:${"0".repeat(64)}`;

/** A release whose image cannot be pulled. */
export const fail: Act<World> = {
  name: "fail",
  title: "a release whose image does not exist is refused with the reason, and what ran goes on running",
  async run(world, record) {
    await setSetting(world, "images.digests.backend-python", ABSENT_DIGEST);
    const said = await operate(world.stack, "up", world.output).then(
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

/** The release before, made current again. */
export const rollBack: Act<World> = {
  name: "roll back",
  title: "the release before is current again, all traffic back with Node",
  async run(world, record) {
    await setSetting(world, "images.digests.backend-python", world.images.digests["backend-python"] ?? "");
    await setSetting(world, "gateway.pythonWeight", "0");
    record.note(`up: ${renderChanges(await operate(world.stack, "up", world.output))}`);
    await checkHealth(world, record, { pythonWeight: 0 });
    const left = await operate(world.stack, "preview", world.output);
    record.check("what a second preview would change", renderChanges(left), "nothing");
  },
};
