/**
 * @import { Parts } from "../parts.ts"
 * @typedef {"connecting" | "live" | "lost" | "locked"} Connection
 * @typedef {{ connection: Connection, stacks: readonly string[], parts: Readonly<Record<string, unknown>> }} Store
 */

/** @type {Store} */
export const emptyStore = { connection: "connecting", stacks: [], parts: {} };

/** How soon a stream that the browser gave up is tried again, in milliseconds. */
const AGAIN = 1000;

/**
 * One part of a stack, where it has come.
 * @template {keyof Parts} Name
 * @param {Store} store
 * @param {string} stack
 * @param {Name} name
 * @returns {Parts[Name] | undefined}
 */
export function partOf(store, stack, name) {
  return /** @type {Parts[Name] | undefined} */ (store.parts[`${stack}/${name}`]);
}

/** Takes the token out of the address, and has a cookie made of it. */
async function openSession() {
  const token = /[#&]token=([^&]+)/.exec(location.hash)?.[1];
  if (token !== undefined) {
    history.replaceState(null, "", "#/");
    await post("/api/session", { token });
  }
}

/**
 * @param {string} path
 * @param {unknown} body
 */
export function post(path, body = {}) {
  return fetch(path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
}

/**
 * Keeps a store as the server's board is, over every break of the connection.
 * @param {(change: (store: Store) => Store) => void} update
 */
export function connect(update) {
  openSession()
    .catch(() => undefined)
    .then(() => follow(update))
    .catch(() => undefined);
}

/** @param {(change: (store: Store) => Store) => void} update */
function follow(update) {
  /** @type {string | undefined} */
  let version;
  const stream = new EventSource("/api/events");
  stream.addEventListener("hello", (event) => {
    const hello = JSON.parse(event.data);
    // The dashboard was started again as a newer one.
    if (version !== undefined && version !== hello.version) location.reload();
    version = hello.version;
    update((store) => ({ ...store, connection: "live", stacks: hello.stacks }));
  });
  stream.addEventListener("message", (event) => {
    const { key, value } = JSON.parse(event.data);
    update((store) => ({ ...store, parts: { ...store.parts, [key]: value } }));
  });
  stream.addEventListener("error", () => {
    update((store) => ({ ...store, connection: store.connection === "connecting" ? "connecting" : "lost" }));
    if (stream.readyState === EventSource.CLOSED) later(update);
  });
}

/** @param {(change: (store: Store) => Store) => void} update */
function later(update) {
  setTimeout(() => {
    tryAgain(update).catch(() => undefined);
  }, AGAIN);
}

/** @param {(change: (store: Store) => Store) => void} update */
async function tryAgain(update) {
  const answer = await fetch("/api/session").catch(() => undefined);
  if (answer?.status === 401) update((store) => ({ ...store, connection: "locked" }));
  else if (answer?.ok) follow(update);
  else later(update);
}
