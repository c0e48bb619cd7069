import { useEffect, useRef } from "preact/hooks";
import { html } from "./html.js";
import { shortcuts } from "./shortcuts.js";

/** @param {{ close(): void }} props */
export function ShortcutsDialog({ close }) {
  const dialog = useRef(/** @type {HTMLDialogElement | null} */ (null));
  useEffect(() => dialog.current?.showModal(), []);
  return html`<dialog ref=${dialog} onClose=${close} aria-labelledby="shortcuts-title">
    <h2 id="shortcuts-title">Keyboard shortcuts</h2>
    <dl>
      ${shortcuts.map(
        ({ key, does }) =>
          html`<div key=${key}>
            <dt><kbd>${key}</kbd></dt>
            <dd>${does}</dd>
          </div>`,
      )}
    </dl>
    <form method="dialog"><button>Close</button></form>
  </dialog>`;
}
