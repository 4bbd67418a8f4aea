/** The first thing that Tab reaches: a way past the bar and the strip. */

import { make } from "../base/elements.js";

/** @param {import("../state/types.js").Page} page @returns {import("../state/types.js").Part} */
export function createSkip({ say }) {
  const element = make("button", {
    type: "button",
    class: "skip",
    onclick: () => /** @type {HTMLElement} */ (document.querySelector("#pad")).focus(),
  });
  return {
    element,
    name() {
      element.textContent = say("page.skip");
    },
  };
}
