import type { Clock } from "../clock.ts";
import type { KubeAnswer, KubeConnection, KubeRequest } from "./kube-connection.ts";

const RETRIES = 10;

/**
 * A server that has too much to do says when to ask again: up to ten times it is, as client-go does. Where the caller
 * does not wait that long, what the server said is the answer.
 */
export function patient(connection: KubeConnection, clock: Clock): KubeConnection {
  const patiently =
    (ask: (request: KubeRequest) => Promise<KubeAnswer>) =>
    async (request: KubeRequest): Promise<KubeAnswer> => {
      for (let attempt = 0; ; attempt++) {
        const answer = await ask(request);
        if (!isPutOff(answer) || attempt === RETRIES) return answer;
        await clock.sleep(Number(answer.retryAfter) * 1000, request.signal).catch(() => undefined);
        if (request.signal.aborted) return answer;
      }
    };
  return { ...connection, send: patiently(connection.send), reach: patiently(connection.reach) };
}

/** True where the server says in how many seconds it can do more. */
function isPutOff({ status, retryAfter }: KubeAnswer): boolean {
  return (status === 429 || status >= 500) && /^\d+$/.test(retryAfter);
}
