import { messageOf } from "../../errors.ts";
import type { HealthPart } from "../parts.ts";
import type { ClusterPlace } from "./cluster.ts";
import type { Platform } from "./platform.ts";

export interface StackPlatformOptions {
  /** Opens a cluster, or without a place this machine's Docker. */
  readonly open: (place: ClusterPlace | undefined) => Promise<Platform>;
  readonly post: (health: HealthPart) => void;
  readonly signal: AbortSignal;
}

/** The platform of a stack, which its state and settings tell; its health is watched anew when they tell of another. */
export class StackPlatform {
  private readonly options: StackPlatformOptions;
  private readonly first = Promise.withResolvers<Platform>();
  private current = this.first.promise;
  private key: string | undefined;
  private watch = new AbortController();

  constructor(options: StackPlatformOptions) {
    this.options = options;
  }

  /** False until somebody said where the stack is. */
  get isKnown(): boolean {
    return this.key !== undefined;
  }

  /** Says where the stack is. */
  use(place: ClusterPlace | undefined): void {
    const key = JSON.stringify(place ?? null);
    if (key === this.key) return;
    this.key = key;
    this.watch.abort();
    this.watch = new AbortController();
    const { open, post, signal } = this.options;
    const watched = AbortSignal.any([signal, this.watch.signal]);
    this.current = open(place);
    this.first.promise.catch(() => undefined);
    this.first.resolve(this.current);
    this.current
      .then((platform) => platform.watchHealth(post, watched))
      .catch((error: unknown) => post({ workloads: {}, problem: messageOf(error) }));
  }

  /** The platform, once it is known. */
  now(): Promise<Platform> {
    return this.current;
  }
}
