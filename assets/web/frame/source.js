/** One quiet sign of where the numbers on screen come from. */

import { make } from "../base/elements.js";

/** @param {import("../state/types.js").Page} page @returns {import("../state/types.js").Part} */
export function createSource({ say }) {
  const words = make("span");
  const sign = make(
    "p",
    { id: "source" },
    make("span", { class: "dot", "aria-hidden": "true" }),
    words,
  );
  let [state, away] = ["server", false];

  function name() {
    const shown = state === "page" && away ? "away" : state;
    sign.dataset.state = shown;
    words.textContent = say(`source.${shown}`);
  }

  return {
    element: sign,
    name,
    actions: {
      /** @param {string} next `page`, `hooks`, `server` or `failed` */
      source(next) {
        if (next === state) return;
        state = next;
        name();
      },
      reach(connection) {
        away = connection === "away";
        name();
      },
    },
  };
}
