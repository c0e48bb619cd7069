import type { StackOutputs } from "../../contracts/stack-outputs.ts";
import { UserError } from "../errors.ts";

/** Reads that a probe sends, one after the other. */
export const PROBE_READS = 60;

/** Sends a bounded number of reads through the gateway, as the administrator. @throws UserError `probe-failed` */
export async function probe(
  { gatewayUrl, administrator }: Pick<StackOutputs, "gatewayUrl" | "administrator">,
  reads = PROBE_READS,
): Promise<void> {
  const login = await fetch(`${gatewayUrl}/v1/auth/login`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(administrator),
  });
  if (!login.ok) {
    throw new UserError("probe-failed", `the administrator cannot log in at ${gatewayUrl}: ${login.status}`, {
      help: "./infra up STACK gives the account the password of the stack",
    });
  }
  const { accessToken } = (await login.json()) as { accessToken: string };
  for (let number = 0; number < reads; number += 1) {
    const response = await fetch(`${gatewayUrl}${pathOf(number)}`, {
      headers: { authorization: `Bearer ${accessToken}` },
    }).catch(() => undefined);
    await response?.arrayBuffer();
  }
}

/** Each read asks for something else, so that caches do not answer all of them. */
function pathOf(number: number): string {
  const limit = 1 + (number % 20);
  const paths = [`/v1/trials?limit=${limit}`, `/v1/companies?limit=${limit}`, "/v1/auth/me"];
  return paths[number % paths.length] ?? "";
}
