import { statfs } from "node:fs/promises";
import { totalmem } from "node:os";
import { type Check, failed, ok, warning } from "./check.ts";

const GIBIBYTE = 2 ** 30;

/** Images, build cache and data of one environment; of both with their history. */
const DISK = { least: 4, comfortable: 12 };

/** Memory that one environment uses once its databases are warm; that both do. */
const MEMORY = { one: 2, both: 4 };

export interface Room {
  freeDisk(path: string): Promise<number>;
  memory(): number;
}

/** The room on this machine, in bytes. */
export const thisRoom: Room = {
  async freeDisk(path) {
    const { bavail, bsize } = await statfs(path);
    return bavail * bsize;
  },
  memory: totalmem,
};

/** Space where the checkout is, and where Docker keeps its images. */
export function diskCheck(room: Room): Check {
  return {
    name: "disk space",
    async run({ machine, root }) {
      const places = [root, "/var/lib/docker"].filter((path) => machine.exists(path));
      const free = Math.min(...(await Promise.all(places.map((path) => room.freeDisk(path))))) / GIBIBYTE;
      const detail = `${free.toFixed(1)} GiB free`;
      if (free < DISK.least)
        return failed(`${detail}; an environment needs ${DISK.least}`, "docker builder prune --force");
      if (free < DISK.comfortable) return warning(`${detail}; ${DISK.comfortable} are comfortable`);
      return ok(detail);
    },
  };
}

export function memoryCheck(room: Room): Check {
  return {
    name: "memory",
    async run() {
      const total = room.memory() / GIBIBYTE;
      const detail = `${total.toFixed(1)} GiB`;
      if (total < MEMORY.one) return warning(`${detail}; an environment uses up to ${MEMORY.one}`);
      if (total < MEMORY.both) return warning(`${detail}: enough for one environment at a time`);
      return ok(detail);
    },
  };
}
