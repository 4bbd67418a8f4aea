/** A box to tick, with its words beside it. */

import { make } from "./elements.js";

/**
 * @param {string} id
 * @param {(on: boolean, since: number) => void} chosen
 */
export function createSwitch(id, chosen) {
  const box = make("input", {
    type: "checkbox",
    id,
    onchange: (event) => chosen(box.checked, event.timeStamp),
  });
  const words = make("span");
  return {
    element: make("label", { class: "switch", for: id }, box, words),
    set(/** @type {boolean} */ on) {
      box.checked = on;
    },
    enable(/** @type {boolean} */ able) {
      box.disabled = !able;
    },
    name(/** @type {string} */ text) {
      words.textContent = text;
    },
  };
}
