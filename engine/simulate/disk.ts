import type { Blobs } from "../src/state/blobs.ts";
import type { Scheduler } from "./scheduler.ts";

/** A simulated disk. It outlives the processes that use it. */
export interface Disk {
  /** The disk as a process sees it whose waiting goes through a scheduler; without one nothing waits or fails. */
  mount(scheduler: Scheduler | undefined): Blobs;
  /** The power goes: only what is durable stays. */
  crash(): void;
  /** Whether all that its files say is durable. */
  isDurable(): boolean;
}
