/**
 * Requests per second and latency of both backends on the same endpoints, in turn, in one run.
 *
 *     node bench/backends.ts [STACK] [--seconds 5] [--connections 8]
 *
 * Needs `./infra up STACK`. Sends requests to this machine's loopback address only.
 */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { parseArgs } from "node:util";
import autocannon from "autocannon";
import { type StackOutputs, stackOutputsSchema } from "../contracts/stack-outputs.ts";
import { root } from "../ops/paths.ts";
import { renderTable } from "../ops/report/table.ts";

const { values, positionals } = parseArgs({
  options: { seconds: { type: "string", default: "5" }, connections: { type: "string", default: "8" } },
  allowPositionals: true,
});
const stack = positionals[0] ?? "dev";
const outputs = readOutputs();
const token = await logIn(outputs);
const endpoints = ["/health/live", "/v1/companies?limit=20", "/v1/trials?limit=20", "/v1/trials/NCT00001245"];
const rows = [["ENDPOINT", "BACKEND", "REQUESTS/S", "P50 MS", "P99 MS", "NOT 2XX"]];
for (const endpoint of endpoints) {
  for (const backend of ["backend-node", "backend-python"])
    rows.push([endpoint, backend, ...(await measure(backend, endpoint))]);
}
process.stdout.write(`${renderTable(rows)}\n`);

function readOutputs(): StackOutputs {
  const text = execFileSync(join(root, "infra"), ["outputs", stack, "--json", "--show-secrets"], {
    encoding: "utf8",
  });
  return stackOutputsSchema.parse(JSON.parse(text));
}

async function logIn({ gatewayUrl, administrator }: StackOutputs): Promise<string> {
  const response = await fetch(`${gatewayUrl}/v1/auth/login`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(administrator),
  });
  if (!response.ok) throw new Error(`login answered ${response.status}`);
  return ((await response.json()) as { accessToken: string }).accessToken;
}

async function measure(backend: string, endpoint: string): Promise<string[]> {
  const result = await autocannon({
    url: `${outputs.services[backend]?.url}${endpoint}`,
    headers: { authorization: `Bearer ${token}` },
    duration: Number(values.seconds),
    connections: Number(values.connections),
  });
  const { requests, latency, non2xx } = result;
  return [requests.average.toFixed(0), latency.p50.toFixed(1), latency.p99.toFixed(1), String(non2xx)];
}
