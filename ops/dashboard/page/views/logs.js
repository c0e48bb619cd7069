import { useEffect, useRef, useState } from "preact/hooks";
import { html } from "../html.js";
import { hrefOf } from "../route.js";
import { partOf } from "../store.js";

/** How many lines the page keeps. */
const KEPT = 1000;

/** @param {import("../view.js").ViewProps} props */
export function LogsView({ store, route: { stack, detail } }) {
  const services = partOf(store, stack, "environment")?.services.map(({ name }) => name) ?? [];
  const service = services.includes(detail) ? detail : services[0];
  const [filter, setFilter] = useState("");
  if (service === undefined) return html`<p class="nothing">${stack} is not up.</p>`;
  const choose = (/** @type {Event} */ { target }) => {
    if (target instanceof HTMLSelectElement)
      location.hash = hrefOf({ stack, view: "logs", detail: target.value });
  };
  const type = (/** @type {Event} */ { target }) => {
    if (target instanceof HTMLInputElement) setFilter(target.value);
  };
  return html`
    <p class="controls">
      <label>Service <select value=${service} onChange=${choose}>
        ${services.map((name) => html`<option key=${name} value=${name}>${name}</option>`)}
      </select></label>
      <label>Only lines with <input type="search" value=${filter} onInput=${type} /></label>
    </p>
    <${Lines} key=${`${stack}/${service}`} stack=${stack} service=${service} filter=${filter} />
  `;
}

/** @param {{ stack: string, service: string, filter: string }} props */
function Lines({ stack, service, filter }) {
  const lines = useLines(`/api/stacks/${stack}/services/${service}/logs`);
  const end = useRef(/** @type {HTMLElement | null} */ (null));
  const shown = lines.filter(({ text }) => text.includes(filter));
  useEffect(() => {
    const box = end.current;
    if (box !== null && box.scrollHeight - box.scrollTop - box.clientHeight < 200)
      box.scrollTop = box.scrollHeight;
  }, [shown.length, lines.at(-1)?.at]);
  return html`<div class="log" role="log" aria-label=${`Log of ${service}`} tabindex="0" ref=${end}>
    ${shown.length === 0 && html`<p class="nothing">No lines.</p>`}
    ${shown.map(
      ({ at, text }) =>
        html`<div key=${at + text}><time datetime=${at}>${at.slice(11, 23)}</time> ${text}</div>`,
    )}
  </div>`;
}

/**
 * The lines of a stream; after a break those that are missing come.
 * @param {string} path
 */
function useLines(path) {
  const [lines, setLines] = useState(/** @type {import("../../parts.ts").LogLine[]} */ ([]));
  useEffect(() => {
    const stream = new EventSource(path);
    stream.addEventListener("message", ({ data }) =>
      setLines((before) => [...before, JSON.parse(data)].slice(-KEPT)),
    );
    return () => stream.close();
  }, [path]);
  return lines;
}
