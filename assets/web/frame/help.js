/** The dialog with the keys. */

import { make } from "../base/elements.js";

/** Each key, what it does, and what has to be on the page for it. @type {string[][]} */
const KEYS = [
  ["←  →", "step"],
  ["PageUp  PageDown", "clicker"],
  ["Home  End", "ends"],
  ["P", "space"],
  ["F", "present", "present"],
  ["+  −", "fold"],
  ["Ctrl+Z  Ctrl+Y", "undo"],
  ["Enter", "pin"],
  ["← → ↑ ↓", "unit"],
  ["Esc", "escape"],
  ["Alt+←  Alt+→", "order", "batch"],
  ["Delete", "remove", "batch"],
];

/** @param {import("../state/types.js").Page} page @returns {import("../state/types.js").Part} */
export function createHelp({ say, locked }) {
  const title = make("h2");
  const lead = make("p");
  const keys = make("dl");
  const close = make("button", { type: "button", autofocus: true, onclick: () => dialog.close() });
  const dialog = make("dialog", { id: "help" }, title, lead, keys, close);

  /** A link may have locked something since. */
  function list() {
    const there = KEYS.filter(([, , needed]) => !locked.has(needed));
    keys.replaceChildren(
      ...there.map(([key, name]) =>
        make("div", {}, make("dt", {}, make("kbd", {}, key)), make("dd", {}, say(`help.${name}`))),
      ),
    );
  }

  function show() {
    list();
    dialog.showModal();
  }

  return {
    element: dialog,
    actions: { help: show },
    name() {
      title.textContent = say("help.title");
      lead.textContent = say("help.lead");
      close.textContent = say("help.close");
      list();
    },
  };
}
