import type { Act } from "../act.ts";
import { update } from "../update.ts";
import { setSetting, type World } from "../world.ts";
import { checkHealth } from "./health.ts";

const STEPS = [5, 25, 50, 100];

/** Gives Python more of the traffic, a step at a time. */
export const shift: Act<World> = {
  name: "shift",
  title: `Python gets ${STEPS.join(", ")} percent of the traffic, each by an update of the route alone`,
  async run(world, record) {
    for (const weight of STEPS) {
      await setSetting(world, "gateway.pythonWeight", String(weight));
      const changes = await update(world, `Python gets ${weight} %`);
      record.check(`operations of the step to ${weight} %`, Object.keys(changes), ["update"]);
      record.note(`changed: ${Object.values(changes).flat().join(", ")}`);
      await checkHealth(world, record, { pythonWeight: weight });
    }
  },
};
