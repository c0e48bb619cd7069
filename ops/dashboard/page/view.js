import { html } from "./html.js";

/** @typedef {{ store: import("./store.js").Store, route: import("./route.js").Route }} ViewProps */

/**
 * A command that answers what is shown, with a button that copies it. The page itself changes nothing.
 * @param {{ command: string }} props
 */
export function Command({ command }) {
  const copy = (/** @type {MouseEvent} */ { currentTarget }) => {
    navigator.clipboard.writeText(command).then(() => {
      if (currentTarget instanceof HTMLElement) currentTarget.textContent = "Copied";
    });
  };
  return html`<span class="command"
    ><code>${command}</code> <button type="button" class="quiet" onClick=${copy} aria-label=${`Copy ${command}`}>Copy</button></span
  >`;
}

/**
 * What is said where there is nothing to show, and the command that brings it.
 * @param {{ text: string, command?: string }} props
 */
export function Nothing({ text, command }) {
  return html`<p class="nothing">${text}${command !== undefined && html` <${Command} command=${command} />`}</p>`;
}

/**
 * A moment in the reader's own way of writing it.
 * @param {{ at: string }} props
 */
export function Time({ at }) {
  return html`<time datetime=${at}>${new Date(at).toLocaleString()}</time>`;
}

/**
 * A table whose rows are cards on a narrow screen: each cell says what it is.
 * @param {{ caption: string, head: readonly string[], rows: readonly { key: string, cells: readonly unknown[] }[] }} props
 */
export function Table({ caption, head, rows }) {
  return html`<table>
    <caption class="hidden">
      ${caption}
    </caption>
    <thead>
      <tr>
        ${head.map((title) => html`<th key=${title} scope="col">${title}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${rows.map(
        ({ key, cells }) =>
          html`<tr key=${key}>
            ${cells.map((cell, index) =>
              index === 0
                ? html`<th key=${index} scope="row">${cell}</th>`
                : html`<td key=${index} data-title=${head[index]}>${cell}</td>`,
            )}
          </tr>`,
      )}
    </tbody>
  </table>`;
}
