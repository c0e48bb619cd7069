import type { HealthVerdict, ServiceHealth } from "../../contracts/release.ts";
import type { StackOutputs } from "../../contracts/stack-outputs.ts";

/** What a client asks first, and what it may be answered. */
const REQUESTS: readonly { readonly path: string; isFine(status: number): boolean }[] = [
  { path: "/openapi.json", isFine: (status) => status === 200 },
  // Without a login: turned away, by a backend that works.
  { path: "/v1/studies", isFine: (status) => status >= 200 && status < 500 },
];
const PATIENCE = 5_000;

/** Asks an environment on this machine as a client would; a cloud's door is not asked from here. */
export async function smokeTest(
  { gatewayUrl, cloud }: Pick<StackOutputs, "gatewayUrl" | "cloud">,
  health: HealthVerdict,
): Promise<HealthVerdict> {
  if (cloud !== undefined || health.verdict === "unhealthy") return health;
  const found = await Promise.all(
    REQUESTS.map(async ({ path, isFine }) => [path, await ask(`${gatewayUrl}${path}`, isFine)] as const),
  );
  const isDown = found.some(([, { state }]) => state === "down");
  const services = { ...health.services, ...Object.fromEntries(found) };
  return { verdict: isDown ? "unhealthy" : health.verdict, services };
}

async function ask(url: string, isFine: (status: number) => boolean): Promise<ServiceHealth> {
  try {
    const { status } = await fetch(url, { signal: AbortSignal.timeout(PATIENCE) });
    return { state: isFine(status) ? "up" : "down", reason: `${url} answers ${status}` };
  } catch {
    return { state: "down", reason: `${url} does not answer` };
  }
}
