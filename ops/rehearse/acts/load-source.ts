import type { Act } from "../act.ts";
import { runContainer } from "../stage/run-container.ts";
import { imageOf, SOURCE_DATABASE, type World } from "../world.ts";

/** Fills the source store as the present production would be filled. */
export const loadSource: Act<World> = {
  name: "load",
  title: "the trial facts are in the store that the present backend uses",
  async run(world, record) {
    const { exitCode, lines } = await runContainer({
      image: imageOf(world.images, "seed"),
      environment: {
        MONGODB_URL: world.source["TEST_MONGODB_URL"] ?? "",
        MONGODB_DATABASE: SOURCE_DATABASE,
        NEO4J_URL: world.source["TEST_NEO4J_URL"] ?? "",
        NEO4J_USER: world.source["TEST_NEO4J_USER"] ?? "",
        NEO4J_PASSWORD: world.source["TEST_NEO4J_PASSWORD"] ?? "",
      },
    });
    for (const line of lines.filter((text) => text.includes("verify:"))) record.note(line);
    record.check("exit code of the seeding job", exitCode, 0);
    record.checkTells("its last word", lines.at(-1) ?? "", /both stores hold exactly the data file/);
  },
};
