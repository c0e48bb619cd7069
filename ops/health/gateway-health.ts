import type { ServiceHealth } from "../../contracts/release.ts";
import { messageOf } from "../errors.ts";

const PATIENCE_MILLISECONDS = 5_000;

/** Asks the gateway whether it can pass requests on: it answers for the backends behind it. */
export async function gatewayHealth(gatewayUrl: string): Promise<ServiceHealth> {
  const url = `${gatewayUrl.replace(/\/$/, "")}/health/ready`;
  try {
    const { status } = await fetch(url, { signal: AbortSignal.timeout(PATIENCE_MILLISECONDS) });
    return { state: status === 200 ? "up" : "down", reason: `${url} answers ${status}` };
  } catch (error) {
    const cause = error instanceof Error ? (error.cause ?? error) : error;
    return { state: "down", reason: `${url} does not answer: ${messageOf(cause)}` };
  }
}
