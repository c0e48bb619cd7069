import { listStacks } from "../../workspace.ts";
import type { Check } from "./check.ts";
import { baseImageCheck, buildkitCheck, buildSettingsCheck, dockerCheck } from "./docker.ts";
import { engineCheck, passphraseCheck } from "./engine.ts";
import { portsCheck } from "./ports.ts";
import { diskCheck, memoryCheck, thisRoom } from "./room.ts";
import { goCheck, nodeCheck, packagesCheck, pythonCheck } from "./toolchain.ts";

/** Everything that the doctor looks at, in the order in which it is needed. */
export function allChecks(root: string): Check[] {
  return [
    nodeCheck,
    packagesCheck,
    engineCheck,
    passphraseCheck,
    dockerCheck,
    buildkitCheck,
    baseImageCheck,
    buildSettingsCheck,
    diskCheck(thisRoom),
    memoryCheck(thisRoom),
    ...listStacks(root).map(portsCheck),
    pythonCheck,
    goCheck,
  ];
}
