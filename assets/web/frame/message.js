/** One line for what went wrong: what was received, what was expected, what to do; it can be put away. */

import { icon, make } from "../base/elements.js";

/** @param {{say: any, root: HTMLElement}} page */
export function createMessage({ say }) {
  const words = make("p");
  const actions = make("div", { class: "tools" });
  const close = make("button", { type: "button", class: "tool", onclick: clear }, icon("close"));
  const box = make("div", { id: "message", role: "alert", hidden: true }, words, actions, close);

  function clear() {
    box.hidden = true;
  }

  return {
    box,
    clear,
    /** @param {string} sentence @param {...HTMLElement} choices buttons that help */
    tell(sentence, ...choices) {
      words.textContent = sentence;
      actions.replaceChildren(...choices);
      box.hidden = false;
    },
    name() {
      close.title = say("message.close");
      close.setAttribute("aria-label", say("message.close"));
    },
  };
}
