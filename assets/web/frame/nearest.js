/**
 * The test images nearest to the drawing in the space of the present step, where there are test
 * images. Nothing of it is asked for before it is opened.
 */

import { make } from "../base/elements.js";
import { createNine, pictured } from "../draw/nine.js";

/** @param {import("../state/types.js").Page} page @returns {import("../state/types.js").Part} */
export function createNearest(page) {
  const { say, store, actions } = page;
  const summary = make("summary");
  const whole = (count) => count.toLocaleString(store.get().language);
  const nine = createNine(page, ({ step, numbers, count }) =>
    say("nearest.lead", { step, numbers: whole(numbers), count: whole(count) }),
  );
  const section = make("section", { id: "nearest" }, nine.element);
  const element = make("details", { class: "nearest", ontoggle: opened }, summary, section);

  function opened(event) {
    if (element.open) actions.ask(event.timeStamp);
  }

  return {
    element,
    asks: () => (element.open && !element.hidden ? "nearest" : undefined),
    about: ["step", "checkpoint", "focus", "taught", "edits", "options"],
    chosen() {
      element.hidden = !pictured(page);
    },
    update({ sections: { nearest } }, asked) {
      if (nearest) nine.show(nearest, asked);
    },
    name() {
      summary.textContent = say("nearest.title");
      nine.name();
    },
  };
}
