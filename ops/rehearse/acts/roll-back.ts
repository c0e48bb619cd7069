import { reportVerification } from "../../release/history-report.ts";
import { openReleaseStore } from "../../release/open-release-store.ts";
import { openParts } from "../../rollback/open-parts.ts";
import type { RollbackParts } from "../../rollback/parts.ts";
import { prepareRollback } from "../../rollback/prepare.ts";
import { renderEnd } from "../../rollback/render.ts";
import { rollBackStack } from "../../rollback/roll-back-stack.ts";
import type { Act, ActRecord } from "../act.ts";
import { operate, renderChanges } from "../update.ts";
import { setSetting, type World } from "../world.ts";
import { checkHealth } from "./health.ts";

/** The release that `deploy` made. */
const FIRST_RELEASE = 1;

/** The first release, made current again by its recorded checkpoint: the program and its settings are not asked. */
export const rollBack: Act<World> = {
  name: "roll back",
  title: "the first release is current again, replayed from its record, and all traffic is back with Node",
  async run(world, record) {
    const parts = partsOf(world);
    const { changes, entry } = await prepareRollback(parts, {
      to: FIRST_RELEASE,
      withData: false,
      discard: true,
    });
    const unsafe = changes.filter(({ reversibility }) => reversibility !== "safe");
    record.check("changes of the undo", changes.length > 0, true);
    record.check("changes of the undo that could lose something", unsafe, []);
    const end = await rollBackStack(parts, entry);
    record.note(renderEnd(end));
    record.check("how the rollback ended", end.kind, "done");
    await checkHealth(world, record, { pythonWeight: 0 });
    await checkSettled(world, record);
  },
};

/** Settings that say what the first release said find nothing to do; the records hold. */
async function checkSettled(world: World, record: ActRecord): Promise<void> {
  const { opened, output, images } = world;
  await setSetting(world, "images.digests.backend-python", images.digests["backend-python"] ?? "");
  await setSetting(world, "gateway.pythonWeight", "0");
  const left = await operate(opened.stack, "preview", output);
  record.check("what the program of then would change", renderChanges(left), "nothing");
  const { sections, failed } = await reportVerification(opened.name, openReleaseStore(opened));
  record.note(sections.flatMap(({ lines }) => lines ?? []).join(" "));
  record.check("records of releases that do not hold", failed, false);
}

/** Pods are played, and no pod could reach a simulated vendor's database: nobody tells or moves schemas. */
function partsOf({ opened, output, vendors }: World): RollbackParts {
  const { schema: _, ...parts } = openParts(opened, output, {
    rebuild: false,
    env: { ...process.env, ...vendors },
    schemas: async () => ({}),
  });
  return parts;
}
