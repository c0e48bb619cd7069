import type { Act } from "../act.ts";
import { operate, renderChanges, update } from "../update.ts";
import { setSetting, type World } from "../world.ts";
import { checkHealth } from "./health.ts";

/** From nothing to everything, all traffic still with Node. */
export const deploy: Act<World> = {
  name: "deploy",
  title: "the cloud stack is up from nothing, no request goes to Python yet",
  async run(world, record) {
    await setSetting(world, "gateway.pythonWeight", "0");
    record.note(`up: ${renderChanges(await update(world, "everything, from nothing"))}`);
    await checkHealth(world, record, { pythonWeight: 0 });
    record.check(
      "what a second preview would change",
      renderChanges(await operate(world.opened.stack, "preview", world.output)),
      "nothing",
    );
  },
};
