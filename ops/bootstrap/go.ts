import type { Output } from "../verb.ts";
import { canInstall, installPackages, type Machine } from "./machine.ts";

/** Brings Go where it is missing. Its release does not matter: an older one fetches what a build asks for. */
export async function ensureGo(machine: Machine, output: Pick<Output, "stderr">): Promise<void> {
  if (machine.find("go") !== undefined || !canInstall(machine)) return;
  output.stderr.write("go: installing the distribution's package …\n");
  await installPackages(machine, ["golang-go"]);
}
