import { useEffect } from "preact/hooks";
import { hrefOf, views } from "./route.js";

/** What keys do, as the dialog shows it. */
export const shortcuts = [
  ...views.map(({ key, title }) => ({ key, does: title })),
  { key: "[", does: "Stack before" },
  { key: "]", does: "Stack after" },
  { key: "?", does: "These shortcuts" },
  { key: "Esc", does: "Close" },
];

/**
 * Single keys move between views and stacks, except while something is typed.
 * @param {import("./route.js").Route} route
 * @param {readonly string[]} stacks
 * @param {{ help(): void, focus(): void }} actions
 */
export function useShortcuts(route, stacks, actions) {
  useEffect(() => {
    const onKey = (/** @type {KeyboardEvent} */ event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      if (event.key === "?") return actions.help();
      const next = routeFor(event.key, route, stacks);
      if (next === undefined || document.querySelector("dialog[open]") !== null) return;
      location.hash = hrefOf(next);
      actions.focus();
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, [route.stack, route.view, stacks]);
}

/**
 * @param {string} key
 * @param {import("./route.js").Route} route
 * @param {readonly string[]} stacks
 */
function routeFor(key, { stack, view }, stacks) {
  const chosen = views.find((candidate) => candidate.key === key);
  if (chosen !== undefined) return { stack, view: chosen.id };
  const step = { "[": -1, "]": 1 }[key];
  if (step === undefined) return undefined;
  const next = stacks[(stacks.indexOf(stack) + step + stacks.length) % stacks.length];
  return next === undefined ? undefined : { stack: next, view };
}

/** @param {EventTarget | null} target */
function isTyping(target) {
  return target instanceof Element && target.matches("input, select, textarea");
}
