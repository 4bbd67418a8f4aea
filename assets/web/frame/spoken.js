/** For those who listen: the step that the page has come to, its kind and its shape. */

import { make } from "../base/elements.js";
import { size } from "../base/numbers.js";

/** @param {import("../state/types.js").Page} page @returns {import("../state/types.js").Part} */
export function createSpoken({ say }) {
  const element = make("p", { class: "unseen", "aria-live": "polite" });
  let last = "";

  return {
    element,
    about: ["step"],
    update({ steps, texts }, { step }) {
      const place = steps.findIndex(({ id }) => id === step);
      if (step === last || place < 0) return;
      const first = last === ""; // what a page begins with is read from its head
      last = step;
      if (first) return;
      element.textContent = say("player.spoken", {
        place,
        count: steps.length - 1,
        step: texts.title,
        size: size(steps[place].shape),
      });
    },
  };
}
