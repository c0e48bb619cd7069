import { render } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { html } from "./html.js";
import { hrefOf, readRoute, views } from "./route.js";
import { useShortcuts } from "./shortcuts.js";
import { ShortcutsDialog } from "./shortcuts-dialog.js";
import { connect, emptyStore } from "./store.js";
import { DriftView } from "./views/drift.js";
import { GraphView } from "./views/graph.js";
import { LogsView } from "./views/logs.js";
import { MetricsView } from "./views/metrics.js";
import { PlanView } from "./views/plan.js";
import { ReleasesView } from "./views/releases.js";
import { ServicesView } from "./views/services.js";

/** @type {Readonly<Record<string, import("preact").FunctionComponent<import("./view.js").ViewProps>>>} */
const components = {
  services: ServicesView,
  graph: GraphView,
  plan: PlanView,
  releases: ReleasesView,
  drift: DriftView,
  metrics: MetricsView,
  logs: LogsView,
};

const CONNECTIONS = {
  connecting: "connecting …",
  live: "live",
  lost: "connection lost, trying again …",
  locked: "locked",
};

function App() {
  const [store, setStore] = useState(emptyStore);
  const [hash, setHash] = useState(location.hash);
  const [isHelpOpen, setHelpOpen] = useState(false);
  const heading = useRef(/** @type {HTMLHeadingElement | null} */ (null));
  useEffect(() => {
    connect(setStore);
    addEventListener("hashchange", () => setHash(location.hash));
  }, []);
  const route = readRoute(hash, store.stacks);
  const title = views.find(({ id }) => id === route.view)?.title ?? "";
  useEffect(() => {
    document.title = `${title} · ${route.stack} · Trials dashboard`;
  }, [title, route.stack]);
  useShortcuts(route, store.stacks, {
    help: () => setHelpOpen(true),
    focus: () => heading.current?.focus(),
  });
  if (store.connection === "locked") return html`<${Locked} />`;
  const View = components[route.view];
  return html`
    <a class="skip" href="#main" onClick=${skipTo(heading)}>Skip to the content</a>
    <header>
      <p class="brand">Trials dashboard</p>
      <${Stacks} stacks=${store.stacks} route=${route} />
      <p class="connection ${store.connection}" role="status">${CONNECTIONS[store.connection]}</p>
      <button type="button" class="quiet" onClick=${() => setHelpOpen(true)} aria-label="Keyboard shortcuts">?</button>
    </header>
    <${Views} route=${route} />
    <main id="main">
      <h1 tabindex="-1" ref=${heading}>${title} <small>${route.stack}</small></h1>
      ${route.stack === "" ? html`<p>…</p>` : html`<${View} key=${route.stack} store=${store} route=${route} />`}
    </main>
    ${isHelpOpen && html`<${ShortcutsDialog} close=${() => setHelpOpen(false)} />`}
  `;
}

/**
 * The address is taken by the views, so the link moves the focus by itself.
 * @param {{ current: HTMLElement | null }} target
 */
function skipTo(target) {
  return (/** @type {Event} */ event) => {
    event.preventDefault();
    target.current?.focus();
  };
}

/** @param {{ stacks: readonly string[], route: import("./route.js").Route }} props */
function Stacks({ stacks, route }) {
  return html`<nav aria-label="Stacks" class="stacks">
    ${stacks.map(
      (stack) => html`<a
        key=${stack}
        href=${hrefOf({ ...route, stack, detail: "" })}
        aria-current=${stack === route.stack ? "page" : undefined}
        >${stack}</a
      >`,
    )}
  </nav>`;
}

/** @param {{ route: import("./route.js").Route }} props */
function Views({ route }) {
  return html`<nav aria-label="Views" class="views">
    ${views.map(
      ({ id, title, key }) => html`<a
        key=${id}
        href=${hrefOf({ stack: route.stack, view: id })}
        aria-current=${id === route.view ? "page" : undefined}
        aria-keyshortcuts=${key}
        >${title}</a
      >`,
    )}
  </nav>`;
}

function Locked() {
  return html`<main>
    <h1>Locked</h1>
    <p>Open the link that <code>./infra dashboard</code> prints in its terminal: it lets this browser in.</p>
  </main>`;
}

const root = document.getElementById("app");
if (root !== null) render(html`<${App} />`, root);
