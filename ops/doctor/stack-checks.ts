import type { Check } from "../bootstrap/doctor/check.ts";
import { dockerCheck } from "../bootstrap/doctor/docker.ts";
import { engineCheck, passphraseCheck } from "../bootstrap/doctor/engine.ts";
import { portsCheck } from "../bootstrap/doctor/ports.ts";
import { diskCheck, thisRoom } from "../bootstrap/doctor/room.ts";
import { isLocalStack } from "../stack-name.ts";
import { driftFileCheck } from "./drift-file.ts";
import { historyCheck } from "./history.ts";
import { clusterCheck, quotaCheck } from "./kubernetes.ts";
import { lockCheck } from "./lock.ts";
import { programCheck } from "./program.ts";
import { reachCheck } from "./reach.ts";
import type { StackCheck } from "./stack-check.ts";
import { stateCheck, unfinishedCheck } from "./state.ts";
import { atlasCheck, auraCheck } from "./vendors.ts";

/** What a stack needs of this machine. */
export function machineChecksFor(stack: string): Check[] {
  const local = [dockerCheck, diskCheck(thisRoom), portsCheck(stack)];
  return [engineCheck, passphraseCheck, ...(isLocalStack(stack) ? local : [])];
}

/** What a stack needs beside it, in the order in which it is needed. */
export function stackChecksFor(stack: string): StackCheck[] {
  const vendors = [clusterCheck, quotaCheck, atlasCheck, auraCheck];
  return [
    stateCheck,
    lockCheck,
    unfinishedCheck,
    historyCheck,
    ...(isLocalStack(stack) ? [] : vendors),
    programCheck,
    reachCheck,
    driftFileCheck(),
  ];
}
