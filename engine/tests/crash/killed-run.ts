/** Does one deed and is killed at a boundary; without one it prints the boundaries that it came by. */
import { Reaper } from "./boundaries.ts";
import { type CaseName, crashCase } from "./operations.ts";
import { runDeed } from "./run-deed.ts";

const [root = "", name = "", tells = "", killAt = ""] = process.argv.slice(2);
const reaper = new Reaper(killAt === "" ? undefined : Number(killAt));
const { result } = await runDeed(crashCase(name as CaseName).deed, {
  root,
  tells: tells === "tells",
  reaper,
});
process.stdout.write(JSON.stringify({ result, passed: reaper.passed }));
