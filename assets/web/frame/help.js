/** The dialog with the keys. */

import { make } from "../base/elements.js";

const KEYS = [
  ["←  →", "step"],
  ["Home  End", "ends"],
  ["P", "space"],
  ["+  −", "fold"],
  ["Ctrl+Z  Ctrl+Y", "undo"],
  ["← → ↑ ↓", "unit"],
  ["Esc", "escape"],
];

/** @param {import("../state/types.js").Page} page @returns {import("../state/types.js").Part} */
export function createHelp({ say }) {
  const title = make("h2");
  const lead = make("p");
  const keys = make("dl");
  const close = make("button", { type: "button", autofocus: true, onclick: () => dialog.close() });
  const dialog = make("dialog", { id: "help" }, title, lead, keys, close);
  return {
    element: dialog,
    actions: { help: () => dialog.showModal() },
    name() {
      title.textContent = say("help.title");
      lead.textContent = say("help.lead");
      close.textContent = say("help.close");
      keys.replaceChildren(
        ...KEYS.map(([key, name]) =>
          make(
            "div",
            {},
            make("dt", {}, make("kbd", {}, key)),
            make("dd", {}, say(`help.${name}`)),
          ),
        ),
      );
    },
  };
}
