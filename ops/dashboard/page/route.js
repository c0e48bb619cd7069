/**
 * Where the page is: `#/STACK/VIEW/DETAIL`.
 * @typedef {{ stack: string, view: string, detail: string }} Route
 */

/** Views in the order of the navigation, with the key that opens each. */
export const views = /** @type {const} */ ([
  { id: "services", title: "Services", key: "s" },
  { id: "graph", title: "Resources", key: "g" },
  { id: "plan", title: "Plan", key: "p" },
  { id: "releases", title: "Releases", key: "r" },
  { id: "drift", title: "Drift", key: "d" },
  { id: "metrics", title: "Metrics", key: "m" },
  { id: "logs", title: "Logs", key: "l" },
]);

/**
 * @param {string} hash
 * @param {readonly string[]} stacks
 * @returns {Route}
 */
export function readRoute(hash, stacks) {
  const [, stack = "", view = "", detail = ""] = hash.split("/");
  const preferred = stacks.includes("dev") ? "dev" : (stacks[0] ?? "");
  return {
    stack: stacks.includes(stack) ? stack : preferred,
    view: views.some(({ id }) => id === view) ? view : "services",
    detail: decodeURIComponent(detail),
  };
}

/** @param {Partial<Route> & { stack: string }} route */
export function hrefOf({ stack, view = "services", detail = "" }) {
  return `#/${stack}/${view}${detail === "" ? "" : `/${encodeURIComponent(detail)}`}`;
}
