/** For those who listen: the step that the page has come to, its kind and its shape. */

import { make } from "../base/elements.js";
import { size } from "../base/numbers.js";
import { cardsOf, placeOf } from "../state/cards.js";

/** @param {import("../state/types.js").Page} page @returns {import("../state/types.js").Part} */
export function createSpoken({ say }) {
  const element = make("p", { class: "unseen", "aria-live": "polite" });
  let last = "";

  return {
    element,
    about: ["step"],
    update(reply, { step }) {
      const { steps, texts } = reply;
      const cards = cardsOf(reply);
      const place = placeOf(cards, steps, step);
      if (step === last || place < 0) return;
      const first = last === ""; // what a page begins with is read from its head
      last = step;
      if (first) return;
      element.textContent = say("player.spoken", {
        place,
        count: cards.length - 1,
        step: [called(cards[place]), texts.title].join(""),
        size: size(steps[cards[place].end - 1].size),
      });
    },
  };
}

/** The name of a folded box, before that of the step that it ends with. */
const called = ({ box }) => (box ? `${box.module} ${box.module_path}: ` : "");
