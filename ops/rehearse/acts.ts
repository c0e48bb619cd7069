import type { Act } from "./act.ts";
import { copyData } from "./acts/copy-data.ts";
import { deploy } from "./acts/deploy.ts";
import { destroy } from "./acts/destroy.ts";
import { fail } from "./acts/fail.ts";
import { loadSource } from "./acts/load-source.ts";
import { restoreData } from "./acts/restore-data.ts";
import { rollBack } from "./acts/roll-back.ts";
import { shift } from "./acts/shift.ts";
import type { World } from "./world.ts";

/** The story, in its order. */
export const acts: readonly Act<World>[] = [
  loadSource,
  deploy,
  copyData,
  shift,
  fail,
  rollBack,
  restoreData,
  destroy,
];
