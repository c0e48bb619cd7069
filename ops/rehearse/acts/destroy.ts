import { messageOf } from "../../errors.ts";
import type { Act } from "../act.ts";
import { operate, renderChanges } from "../update.ts";
import { setSetting, type World } from "../world.ts";
import { namespaceOf } from "./health.ts";

/** Takes everything away, protection first. */
export const destroy: Act<World> = {
  name: "destroy",
  title: "everything is gone once its protection is taken off, and nothing before",
  always: true,
  async run(world, record) {
    const refused = await operate(world.opened.stack, "destroy", world.output).then(
      () => "it went through",
      messageOf,
    );
    record.checkTells("what destroy says while the databases are protected", refused, /protect/);
    await setSetting(world, "atlas.protect", "false");
    await setSetting(world, "graph.protect", "false");
    record.note(`up: ${renderChanges(await operate(world.opened.stack, "up", world.output))}`);
    record.note(`destroy: ${renderChanges(await operate(world.opened.stack, "destroy", world.output))}`);
    record.check("namespaces of the stack", await namespaceOf(world), "");
    record.check("document clusters", await world.atlas.clusterStates(), []);
  },
};
