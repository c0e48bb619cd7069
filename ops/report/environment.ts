import type { StackOutputs } from "../../contracts/stack-outputs.ts";
import { renderTable } from "./table.ts";

/** Where everything is and how to log in: the end of `up`, and `outputs` for people. */
export function renderEnvironment(stack: string, outputs: StackOutputs): string {
  const services = Object.entries(outputs.services).sort(([a], [b]) => (a < b ? -1 : 1));
  const rows = services.map(([name, service]) => [
    name,
    service.url ?? "-",
    renderPorts(service.ports),
    shortId(service.imageId),
  ]);
  const { email, password } = outputs.administrator;
  const shown = (secret: string) =>
    secret === "[secret]" ? `./infra outputs ${stack} --show-secrets` : secret;
  const { notebooks } = outputs;
  return [
    renderTable([["SERVICE", "URL", "PORTS", "IMAGE"], ...rows]),
    "",
    `API          ${outputs.gatewayUrl}/v1  (${outputs.pythonWeight} % answered by Python, the rest by Node)`,
    `Log in       POST ${outputs.gatewayUrl}/v1/auth/login  {"email": "${email}", "password": …}`,
    `Password     ${shown(password)}`,
    ...(notebooks ? [`Notebooks    ${notebooks.url}  token: ${shown(notebooks.token)}`] : []),
  ].join("\n");
}

function renderPorts(ports: { readonly [role: string]: number }): string {
  const list = Object.entries(ports).map(([role, port]) => `${role} ${port}`);
  return list.length === 0 ? "-" : list.join(", ");
}

function shortId(id: string): string {
  return id.replace(/^sha256:/, "").slice(0, 12);
}
