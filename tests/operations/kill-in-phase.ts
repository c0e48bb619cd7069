import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Runs a verb in a checkout and kills it, unasked and at once, when its journal names the phase. */
export function killInPhase(
  folder: string,
  { journal, phase }: { readonly journal: string; readonly phase: string },
  ...args: string[]
): Promise<void> {
  const file = join(folder, journal);
  const child = spawn(process.execPath, ["ops/start.ts", ...args, "--engine", "embedded"], {
    cwd: folder,
    stdio: "ignore",
  });
  const watch = setInterval(() => {
    if (existsSync(file) && readFileSync(file, "utf8").includes(`"phase": "${phase}"`)) child.kill("SIGKILL");
  }, 5);
  return new Promise((resolve, reject) => {
    child.on("close", (_, signal) => {
      clearInterval(watch);
      if (signal === "SIGKILL") resolve();
      else reject(new Error(`${args.join(" ")} ended by itself and was never in its phase ${phase}`));
    });
  });
}
