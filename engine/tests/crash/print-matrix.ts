/**
 * Kills a run at every boundary, lets another go on, and prints what came of it: `npm run crash-matrix`. With `--write`
 * the tables go into docs/crash-matrix.md.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { crashMatrix, problemsOf, renderMatrix } from "./crash-matrix.ts";

const TITLES = {
  tells: "The provider can tell what became of a create",
  mute: "The provider cannot tell",
} as const;

const INTRODUCTION = `# What a killed run leaves

Written by \`npm run crash-matrix -- --write\`. Two resources, the second refers to the first. The process of a run gets
SIGKILL at every boundary that it comes by, on a file backend; the next run is another process on what that left. The
provider keeps its objects on disk, and every create makes another one. A number says at how many points of this kind a
run was killed. ✓: the next run succeeds with nothing lost, no orphan, no duplicate, no lock or journal left, and one
more run changes nothing. "ask": so many of them name the resource whose creation was interrupted and the two commands
to choose from; the object itself may be there twice until a person chooses.
`;

const sections: string[] = [];
let bad = 0;
for (const tells of [true, false]) {
  const matrix = await crashMatrix(tells);
  for (const [name, crashes] of matrix) {
    bad += crashes.filter((crash) => problemsOf(name, tells, crash).length > 0).length;
  }
  sections.push(`## ${TITLES[tells ? "tells" : "mute"]}\n\n${renderMatrix(matrix, tells)}\n`);
}
process.stdout.write(`${sections.join("\n")}\n`);
if (process.argv.includes("--write")) {
  const path = join(import.meta.dirname, "../../../docs/crash-matrix.md");
  writeFileSync(path, `${INTRODUCTION}\n${sections.join("\n")}`);
}
process.exitCode = bad > 0 ? 1 : 0;
