import { setTimeout as wait } from "node:timers/promises";
import type { ClusterClient } from "./cluster-client.ts";
import { ControlPlaneError } from "./control-plane-error.ts";

export interface AwaitOptions {
  /** Throws where waiting is in vain. */
  readonly requireAlive: () => void;
  readonly signal?: AbortSignal;
}

const SECONDS = 120;

/** Waits until a question about the cluster is answered with yes. @throws ControlPlaneError after two minutes */
export async function awaitTrue(
  what: string,
  question: () => Promise<boolean>,
  { requireAlive, signal }: AwaitOptions,
): Promise<void> {
  const deadline = performance.now() + SECONDS * 1000;
  let lastError: unknown;
  while (performance.now() < deadline) {
    requireAlive();
    const answer = await question().catch((error: unknown) => {
      lastError = error;
      return false;
    });
    if (answer) return;
    await wait(50, undefined, signal === undefined ? {} : { signal });
  }
  const reason = lastError instanceof Error ? `: ${lastError.message}` : "";
  throw new ControlPlaneError(`${what} after ${SECONDS} seconds${reason}`);
}

/** Waits until the API server says that it is ready. */
export function awaitServer(client: ClusterClient, options: AwaitOptions): Promise<void> {
  return awaitTrue("the API server is not ready", () => client.isReady(), options);
}

/** Waits until the machines are looked after: until then that ends where the API server goes away. */
export function awaitMachines(port: number, options: AwaitOptions): Promise<void> {
  const isReady = async () => (await fetch(`http://127.0.0.1:${port}/readyz`)).ok;
  return awaitTrue("the machines are not looked after", isReady, options);
}
