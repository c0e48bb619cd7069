import { html } from "../html.js";
import { hrefOf } from "../route.js";
import { partOf } from "../store.js";
import { Nothing, Table } from "../view.js";

const MARKS = { healthy: "✓", running: "✓", starting: "…", unhealthy: "✗", stopped: "✗", unknown: "?" };

/** @param {import("../view.js").ViewProps} props */
export function ServicesView({ store, route: { stack } }) {
  const environment = partOf(store, stack, "environment");
  const health = partOf(store, stack, "health");
  if (environment === undefined) return html`<p class="nothing">Reading the state …</p>`;
  if (environment.state === "unreadable")
    return html`<${Nothing} text=${environment.problem} command=${`./infra doctor ${stack}`} />`;
  return html`
    ${environment.unfinished.length > 0 && html`<${Unfinished} names=${environment.unfinished} stack=${stack} />`}
    ${health?.problem !== undefined && html`<p role="alert">${health.problem}</p>`}
    ${
      environment.state === "absent"
        ? html`<${Nothing} text=${`${stack} is not up.`} command=${`./infra up ${stack}`} />`
        : html`<${Services} environment=${environment} health=${health} stack=${stack} />`
    }
  `;
}

/** @param {{ names: readonly string[], stack: string }} props */
function Unfinished({ names, stack }) {
  return html`<${Nothing}
    text=${`An interrupted update left open: ${names.join(", ")}.`}
    command=${`./infra doctor ${stack}`}
  />`;
}

/**
 * @import { EnvironmentPart, HealthPart, ServiceRow } from "../../parts.ts"
 * @param {{ environment: EnvironmentPart, health: HealthPart | undefined, stack: string }} props
 */
function Services({ environment, health, stack }) {
  const { gatewayUrl, pythonWeight, services } = environment;
  const rows = services.map((service) => ({
    key: service.name,
    cells: [
      service.name,
      html`<${Mark} health=${health?.workloads[service.workload]} />`,
      service.url === undefined
        ? "–"
        : html`<a href=${service.url} rel="noreferrer" target="_blank">${service.url}</a>`,
      html`<${Ports} service=${service} />`,
      html`<code>${service.imageId.replace("sha256:", "").slice(0, 12)}</code>`,
      html`<a href=${hrefOf({ stack, view: "logs", detail: service.name })}
        >Logs<span class="hidden"> of ${service.name}</span></a
      >`,
    ],
  }));
  return html`
    <p>
      API <a href=${`${gatewayUrl}/v1`} rel="noreferrer" target="_blank">${gatewayUrl}/v1</a>: ${pythonWeight} % answered
      by Python, the rest by Node
    </p>
    <${Table} caption=${`Services of ${stack}`} head=${["Service", "Health", "URL", "Ports", "Image", "Logs"]} rows=${rows} />
  `;
}

/** @param {{ health: HealthPart["workloads"][string] | undefined }} props */
function Mark({ health }) {
  const word = health?.health ?? "unknown";
  return html`<span class="mark ${word}" title=${health?.detail}
    ><span aria-hidden="true">${MARKS[word]}</span> ${word}</span
  >`;
}

/** @param {{ service: ServiceRow }} props */
function Ports({ service }) {
  const ports = Object.entries(service.ports).map(([role, port]) => `${role} ${port}`);
  return html`<span>${ports.length === 0 ? "–" : ports.join(", ")}</span>`;
}
