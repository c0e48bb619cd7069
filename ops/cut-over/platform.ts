import type { StackOutputs } from "../../contracts/stack-outputs.ts";
import { WRITE_SECONDS } from "../../contracts/write-seconds.ts";
import { readWrites } from "../shift/request-metrics.ts";
import { runInside } from "../traffic/inside.ts";
import type { ServiceAsker } from "../traffic/service-asker.ts";
import type { CutOverWorld } from "./run-cut-over.ts";

/** What a cut-over does otherwise on another platform. */
export type CutOverPlatform = Pick<CutOverWorld, "drain" | "writesSeen" | "emptyCaches">;

const CACHES = ["backend-node-cache", "backend-python-cache"];
const EMPTY_CACHE = ". /usr/local/lib/cache/settings.sh; REDISCLI_AUTH=$(cache_password) valkey-cli flushall";

/** The update that stops writes ends when none is under way; caches are emptied in their containers. */
export function onDocker({ services }: Pick<StackOutputs, "services">): CutOverPlatform {
  return {
    drain: async () => true,
    writesSeen: async () => "",
    async emptyCaches() {
      for (const cache of CACHES) {
        await runInside(services[cache]?.name ?? cache, ["sh", "-c", EMPTY_CACHE]);
      }
    },
  };
}

const METRICS_PORT = 8404;
const BACKENDS = ["backend-node", "backend-python"];
/** Refusals in a row: the gateway may have several instances, and not all hear of a change at once. */
const REFUSALS = 10;
/** No backend serves it, so it changes nothing where it is let through. */
const WRITE = { path: "/v1/auth/me", method: "POST" };

export interface OnClusterArgs {
  readonly gatewayUrl: string;
  readonly asker: ServiceAsker;
  readonly clock: Pick<CutOverWorld, "now" | "pause">;
}

/**
 * The gateway's controller tells its instances in the background. So writes are tried until they are refused, then as
 * much time passes as a write may take; what still came through shows in the backends' counters.
 */
export function onCluster({ gatewayUrl, asker, clock }: OnClusterArgs): CutOverPlatform {
  const waitUntil = async (moment: number) => {
    while (clock.now() < moment) await clock.pause();
  };
  return {
    async drain(deadline) {
      for (let refused = 0; refused < REFUSALS; ) {
        refused = (await isRefused(gatewayUrl)) ? refused + 1 : 0;
        if (refused > 0) continue;
        if (clock.now() >= deadline) return false;
        await clock.pause();
      }
      await waitUntil(clock.now() + WRITE_SECONDS * 1000);
      return true;
    },
    async writesSeen() {
      const told = await Promise.all(BACKENDS.map((backend) => asker.ask(backend, METRICS_PORT, "/metrics")));
      const counts = told.flatMap((answers) => [...answers].map(([pod, text]) => [pod, readWrites(text)]));
      return JSON.stringify(counts.sort());
    },
    // The update has replaced them: a cache starts empty under another system of record.
    emptyCaches: async () => undefined,
  };
}

async function isRefused(gatewayUrl: string): Promise<boolean> {
  try {
    const { status, body } = await fetch(`${gatewayUrl}${WRITE.path}`, { method: WRITE.method });
    await body?.cancel();
    return status === 503;
  } catch {
    // A gateway that does not answer proves nothing.
    return false;
  }
}
