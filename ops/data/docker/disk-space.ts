import { UserError } from "../../errors.ts";
import { renderBytes } from "../render-bytes.ts";

/** What has to stay free for everything else on the disk. */
const RESERVE = 128 * 1024 * 1024;

/** @throws UserError `disk-full` */
export function requireSpace(disk: {
  readonly where: string;
  readonly needed: number;
  readonly free: number;
}): void {
  if (disk.free >= disk.needed + RESERVE) return;
  throw new UserError(
    "disk-full",
    `${disk.where} has ${renderBytes(disk.free)} free; ${renderBytes(disk.needed + RESERVE)} are needed`,
    { help: "remove data snapshots that nobody needs (./infra data STACK prune), or make room on the disk" },
  );
}
